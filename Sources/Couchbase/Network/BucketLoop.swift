import SCRAM
import Foundation
import Logging
import NIOCore
import NIOPosix
import NIOSSL

/// A ``BucketClient`` with its sockets and its clock. Everything happens on one event loop, so nothing is locked.
final class BucketLoop {
    typealias Completion = (Result<OperationResult, CouchbaseError>) -> Void

    let loop: any EventLoop
    let dialer: Dialer
    private let logger: Logger
    private var client: BucketClient
    private var channels: [BucketClient.LinkID: any Channel] = [:]
    private var completions: [BucketClient.OperationID: Completion] = [:]
    /// The operation of each submission that can still be cancelled.
    private var submissions: [UInt64: BucketClient.OperationID] = [:]
    private var wake: (task: Scheduled<Void>, time: Duration)?
    private var readyWaiters: [(Result<Void, CouchbaseError>) -> Void] = []
    private var closeWaiters: [() -> Void] = []
    private(set) var config: (config: ClusterConfig, network: ClusterNetwork)?
    /// Hears of each configuration.
    var onConfig: ((ClusterConfig, ClusterNetwork) -> Void)?

    init(loop: any EventLoop, settings: BucketClient.Settings, dialer: Dialer, logger: Logger) {
        self.loop = loop
        self.dialer = dialer
        self.logger = logger
        client = BucketClient(settings: settings)
    }

    private var moment: BucketClient.Moment {
        BucketClient.Moment(now: .nanoseconds(Int64(NIODeadline.now().uptimeNanoseconds)), date: Date())
    }

    /// Looks for the cluster. The end is the first configuration, or that no seed works.
    func start(_ done: @escaping (Result<Void, CouchbaseError>) -> Void) {
        readyWaiters.append(done)
        client.start(at: moment)
        settle()
    }

    /// Ends when no operation is left, and no connection.
    func close(_ done: @escaping () -> Void) {
        guard client.phase != .closed else { return done() }
        closeWaiters.append(done)
        client.close(at: moment)
        settle()
    }

    func submit(_ request: OperationRequest, number: UInt64, _ completion: @escaping Completion) {
        do throws(CouchbaseError) {
            let id = try client.submit(request, at: moment)
            submissions[number] = id
            completions[id] = { [unowned self] result in
                submissions[number] = nil
                completion(result)
            }
        } catch {
            completion(.failure(error))
        }
    }

    func cancel(_ number: UInt64) {
        guard let id = submissions[number] else { return }
        client.cancel(id, at: moment)
        settle()
    }

    // MARK: What sockets say

    /// Of several addresses of a host only one is used; what the others say is not heard.
    func opened(_ id: BucketClient.LinkID, _ channel: any Channel) {
        guard client.links[id] != nil else { return channel.close(promise: nil) }
        guard channels[id] == nil || channels[id] === channel else { return }
        channels[id] = channel
        client.opened(id, at: moment)
        settle()
    }

    /// ``settle()`` follows, when everything that is there has been read.
    func received(_ bytes: ByteBuffer, from id: BucketClient.LinkID) {
        client.received(bytes, from: id, at: moment)
    }

    func writabilityChanged(_ id: BucketClient.LinkID, isWritable: Bool) {
        client.writabilityChanged(id, isWritable: isWritable, at: moment)
        settle()
    }

    func closed(_ id: BucketClient.LinkID, _ channel: (any Channel)?, error: CouchbaseError?) {
        guard channels[id] == nil || channels[id] === channel else { return }
        channels[id] = nil
        client.closed(id, error: error, at: moment)
        settle()
    }

    // MARK: What the client asks for

    func settle() {
        loop.preconditionInEventLoop()
        let actions = client.takeActions()
        for action in actions { perform(action) }
        schedule()
    }

    private func perform(_ action: BucketClient.Action) {
        switch action {
        case .resolve(let name): resolve(name)
        case .open(let id, let endpoint): open(id, endpoint)
        // A failed write closes the channel, and that is heard.
        case .send(let id, let bytes): channels[id]?.writeAndFlush(bytes, promise: nil)
        case .solve(let id, let task): solve(id, task)
        case .close(let id): channels.removeValue(forKey: id)?.close(promise: nil)
        case .completed(let id, let result): completions.removeValue(forKey: id)?(result)
        case .config(let config, let network):
            logger.debug("cluster configuration", metadata: ["revision": "\(config.version.revision)"])
            self.config = (config, network)
            onConfig?(config, network)
            ready(.success(()))
        case .unreachable(let error):
            logger.debug("no seed works", metadata: ["error": "\(error)"])
            ready(.failure(error))
        case .closed:
            wake?.task.cancel()
            wake = nil
            ready(.failure(CouchbaseError(.requestCanceled, "the cluster is closed")))
            for waiter in closeWaiters { waiter() }
            closeWaiters = []
            onConfig = nil
        }
    }

    private func ready(_ result: Result<Void, CouchbaseError>) {
        let waiters = readyWaiters
        readyWaiters = []
        for waiter in waiters { waiter(result) }
    }

    private func open(_ id: BucketClient.LinkID, _ endpoint: Endpoint) {
        dialer.dial(endpoint, on: loop, for: NIOLoopBound(self, eventLoop: loop), link: id)
            .assumeIsolated().whenComplete { [self] result in
                switch result {
                // The client may have given it up in the meantime.
                case .success(let channel) where client.links[id] == nil: channel.close(promise: nil)
                case .success(let channel): channels[id] = channel
                case .failure(let error): closed(id, nil, error: dialer.explain(error, endpoint))
                }
            }
    }

    private func solve(_ id: BucketClient.LinkID, _ task: SCRAMTask) {
        NIOThreadPool.singleton.runIfActive(eventLoop: loop) { task.run() }
            .assumeIsolated().whenSuccess { [self] result in
                client.solved(id, result, at: moment)
                settle()
            }
    }

    private func resolve(_ name: String) {
        let promise = loop.makePromise(of: [Endpoint].self)
        let resolver = dialer.resolver
        promise.completeWithTask { await resolver.services(name) }
        promise.futureResult.assumeIsolated().whenSuccess { [self] endpoints in
            client.seedsResolved(endpoints, at: moment)
            settle()
        }
    }

    /// One timer, for the earliest of all deadlines. It may fire too early; then it is set again.
    private func schedule() {
        guard let time = client.nextDeadline() else { return }
        if let wake, wake.time <= time { return }
        wake?.task.cancel()
        let deadline = NIODeadline.uptimeNanoseconds(UInt64(max(time / .nanoseconds(1), 0)))
        let task = loop.assumeIsolated().scheduleTask(deadline: deadline) { [weak self] in
            guard let self else { return }
            wake = nil
            client.advance(to: moment)
            settle()
        }
        wake = (task, time)
    }
}
