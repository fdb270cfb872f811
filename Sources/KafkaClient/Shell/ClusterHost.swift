import Logging
import NIOConcurrencyHelpers
import NIOCore
import NIOPosix
import SCRAM

/// A ``ClusterCore`` with its sockets and its clock. Everything happens on one event loop, so nothing is locked.
final class ClusterHost {
    let loop: any EventLoop
    let core: ClusterCore
    let dialer: Dialer
    /// For any thread.
    let status = NIOLockedValueBox(ClusterStatus())
    private var told = ClusterStatus()
    private let logger: Logger
    private var channels: [LinkID: any Channel] = [:]
    /// Connections that the core still wants, and that are not there yet.
    private var dialing: Set<LinkID> = []
    private var wake: (task: Scheduled<Void>, time: Int64)?

    init(loop: any EventLoop, settings: ClusterSettings, dialer: Dialer, logger: Logger) {
        self.loop = loop
        self.dialer = dialer
        self.logger = logger
        core = ClusterCore(settings: settings, now: SystemClock.now, seed: .random(in: .min ... .max))
    }

    /// A call of a client.
    func run<Value>(_ body: (ClusterCore) -> Value) -> Value {
        core.begin(at: SystemClock.now)
        let value = body(core)
        core.settle()
        settle()
        return value
    }

    /// Closes the connections. What still waits for a deadline goes on to it.
    func close() {
        core.close(at: SystemClock.now)
        settle()
    }

    // MARK: What sockets say

    /// Of several addresses of a host only one is used; what the others say is not heard.
    func opened(_ id: LinkID, _ channel: any Channel) {
        guard dialing.contains(id) || channels[id] === channel else { return channel.close(promise: nil) }
        guard channels[id] == nil || channels[id] === channel else { return }
        dialing.remove(id)
        channels[id] = channel
        core.opened(id, nonce: SCRAMNonce.random(), at: SystemClock.now)
        settle()
    }

    /// ``settle()`` follows, when everything that is there has been read.
    func received(_ bytes: ByteBuffer, from id: LinkID) { core.received(bytes, from: id, at: SystemClock.now) }

    func closed(_ id: LinkID, _ channel: (any Channel)?, _ error: ClientError?) {
        guard channels[id] == nil || channels[id] === channel else { return }
        dialing.remove(id)
        channels[id] = nil
        core.closed(id, error, at: SystemClock.now)
        settle()
    }

    // MARK: What the core asks for

    func settle() {
        loop.preconditionInEventLoop()
        var written: [LinkID] = []
        for effect in core.takeEffects() {
            switch effect {
            case .connect(let id, let address): connect(id, address)
            case .send(let id, let chunks):
                guard let channel = channels[id] else { continue }
                // A failed write closes the channel, and that is heard.
                for chunk in chunks { channel.write(chunk, promise: nil) }
                if written.last != id { written.append(id) }
            case .solve(let id, let task): solve(id, task)
            case .close(let id):
                dialing.remove(id)
                channels.removeValue(forKey: id)?.close(promise: nil)
            case .log(let level, let message): logger.log(level: level, "\(message)")
            }
        }
        // What one event had written goes out together.
        for id in written { channels[id]?.flush() }
        tellStatus()
        schedule()
    }

    private func tellStatus() {
        guard core.status != told else { return }
        told = core.status
        status.withLockedValue { $0 = told }
    }

    private func connect(_ id: LinkID, _ address: BrokerAddress) {
        dialing.insert(id)
        dialer.dial(address, on: loop, for: NIOLoopBound(self, eventLoop: loop), link: id)
            .assumeIsolated().whenComplete { [self] result in
                switch result {
                case .success(let channel) where !dialing.contains(id) && channels[id] !== channel:
                    channel.close(promise: nil)
                case .success: break
                case .failure(let error): closed(id, nil, dialer.explain(error, address))
                }
            }
    }

    private func solve(_ id: LinkID, _ task: SCRAMTask) {
        NIOThreadPool.singleton.runIfActive(eventLoop: loop) { task.run() }
            .assumeIsolated().whenSuccess { [self] result in
                core.solved(id, result, at: SystemClock.now)
                settle()
            }
    }

    /// One timer, for the earliest of all deadlines. It may fire too early; then it is set again.
    private func schedule() {
        guard let time = core.nextDeadline, time < .max else { return }
        if let wake, wake.time <= time { return }
        wake?.task.cancel()
        let delay = max(time - SystemClock.now.monotonic, 0)
        let task = loop.assumeIsolated().scheduleTask(deadline: .now() + .milliseconds(min(delay, 86_400_000))) {
            [weak self] in
            guard let self else { return }
            wake = nil
            core.advance(to: SystemClock.now)
            settle()
        }
        wake = (task, time)
    }
}
