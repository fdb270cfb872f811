import DequeModule
import Logging

@testable import BrokerCore
@testable import BrokerStorage
@testable import KafkaProtocol

/// The broker's core between simulated files and simulated connections, with every delay in the caller's hand.
final class SimulatedBroker {
    let files: SimulatedFiles
    let settings: BrokerSettings
    private(set) var core: Broker
    private(set) var report: RecoveryReport
    var now = BrokerTime(wall: 1_700_000_000_000, monotonic: 1_000)

    /// Operations that the core asked for and that were not performed yet, by lane.
    private var queues: [Deque<StorageOperation>]
    /// Operations that were performed and that the core has not heard of, by lane.
    private var completions: [Deque<StorageCompletion>]
    private(set) var links: [Link] = []
    private var exchanges: [UInt64: Exchange] = [:]
    private var nextNumber: UInt64 = 1
    private var starts: UInt64 = 1

    private(set) var failure: StorageError?
    private(set) var isShutDown = false
    private(set) var requests = 0
    fileprivate(set) var coverage = Coverage()
    /// What the core and recovery warned of last.
    private(set) var warnings: Deque<String> = []
    var trace: ((String) -> Void)?
    /// Called just before a request is handed to the core.
    var willHandle: ((Exchange) -> Void)?
    /// A digest of everything that the core did, by which two runs are compared.
    private(set) var digest: UInt64 = 0xcbf2_9ce4_8422_2325

    init(files: SimulatedFiles, settings: BrokerSettings) throws(StorageError) {
        self.files = files
        self.settings = settings
        queues = StorageLane.allCases.map { _ in [] }
        completions = StorageLane.allCases.map { _ in [] }
        let recovered = try Recovery(files: files, settings: settings, now: now, seed: starts).run()
        report = recovered.report
        core = Broker(settings: settings, now: now, recovered: recovered, seed: starts)
        take()
    }

    /// The broker is gone, and with it everything that was under way; a new one starts on the same files.
    ///
    /// Throws what recovery throws; then there is nothing to be done but to try again.
    func restart() throws(StorageError) {
        starts += 1
        for index in queues.indices {
            queues[index] = []
            completions[index] = []
        }
        exchanges = [:]
        let broken = links
        links = []
        for link in broken { link.breakDown(keepsRequests: false) }
        let recovered = try Recovery(files: files, settings: settings, now: now, seed: starts).run()
        failure = nil
        isShutDown = false
        report = recovered.report
        for finding in report.findings { warn("recovery: \(finding)") }
        core = Broker(settings: settings, now: now, recovered: recovered, seed: starts)
        take()
    }

    private func warn(_ text: String) {
        trace?("broker warns: \(text)")
        if warnings.count == 4 { warnings.removeFirst() }
        warnings.append(text)
    }

    func mix(_ value: UInt64) { digest = (digest ^ value) &* 0x0000_0100_0000_01b3 }

    // MARK: Effects

    private func take() {
        while !core.effects.isEmpty {
            let effects = core.effects
            core.effects = []
            for effect in effects { carryOut(effect) }
        }
    }

    private func carryOut(_ effect: BrokerEffect) {
        switch effect {
        case .respond(let token, let body): answer(token, body)
        case .noResponse(let token): answer(token, nil)
        case .close(let connection, let reason):
            trace?("broker closes connection \(connection): \(reason)")
            if let link = links.first(where: { $0.id == connection }) { remove(link, keepsRequests: false) }
        case .storage(let operation):
            mix(operation.id)
            queues[operation.lane.rawValue].append(operation)
        case .log(let level, let message):
            if message.contains(" beyond the topic's retention, since group ") { coverage[.heldRetentions] += 1 }
            if level >= .warning { warn(message) } else { trace?("broker: \(message)") }
        case .failed(let error): failure = error
        case .shutDownComplete: isShutDown = true
        }
    }

    private func answer(_ token: RequestToken, _ body: (any KafkaMessage)?) {
        mix(token.number)
        guard let exchange = exchanges.removeValue(forKey: token.number) else { return }
        exchange.answer = body
        exchange.isDone = true
        if let body {
            if let trace { trace("answer \(token.number): \(body)") }
            exchange.observe(body, exchange)
        }
    }

    // MARK: Connections

    func connect(lost: @escaping () -> Void) -> Link {
        let link = Link(id: nextNumber, lost: lost)
        nextNumber += 1
        links.append(link)
        return link
    }

    func send(
        _ request: any ServedRequest, on link: Link, ownEpochs: Bool = false,
        observe: @escaping (any KafkaMessage, Exchange) -> Void, receive: @escaping (any KafkaMessage) -> Void
    ) {
        let exchange = Exchange(
            number: nextNumber, request: request, version: type(of: request).api.newest(ownEpochs: ownEpochs),
            observe: observe, receive: receive)
        nextNumber += 1
        link.send(exchange)
    }

    /// The next request of a link reaches the broker; a link that its client has left ends with its last one.
    @discardableResult
    func deliverRequest(of link: Link) -> Bool {
        guard let exchange = link.takeRequest() else {
            if !link.isOpen { remove(link, keepsRequests: false) }
            return false
        }
        requests += 1
        exchange.handledAt = requests
        exchanges[exchange.number] = exchange
        if let trace { trace("request \(exchange.number) on \(link.id): \(exchange.request)") }
        let api = type(of: exchange.request).api
        let header = RequestHeader(
            api: api, version: exchange.version, correlationID: 0, clientID: "simulated")
        willHandle?(exchange)
        let token = RequestToken(connection: link.id, number: exchange.number)
        core.handle(
            exchange.request, RequestContext(token: token, header: header, clientHost: "/127.0.0.1"), now: now)
        take()
        return true
    }

    /// The connection breaks; the broker learns of it at once, the client too.
    func remove(_ link: Link, keepsRequests: Bool) {
        link.breakDown(keepsRequests: keepsRequests)
        guard link.outgoing.isEmpty, let index = links.firstIndex(where: { $0 === link }) else { return }
        links.remove(at: index)
        core.connectionClosed(link.id, now: now)
        take()
    }

    // MARK: Time

    func endOfTick() {
        guard core.hasWorkAtEndOfTick else { return }
        core.endOfTick()
        take()
    }

    func tick() {
        guard let deadline = core.nextDeadline, deadline <= now.monotonic else { return }
        core.tick(now)
        take()
    }

    func shutDown() {
        core.shutDown(now: now)
        take()
    }

    // MARK: Storage

    func hasOperation(_ lane: StorageLane) -> Bool { !queues[lane.rawValue].isEmpty }
    func hasCompletion(_ lane: StorageLane) -> Bool { !completions[lane.rawValue].isEmpty }
    var isIdle: Bool { queues.allSatisfy(\.isEmpty) && completions.allSatisfy(\.isEmpty) }

    /// Whether compacted segments are about to take the place of others.
    var isExchangingSegments: Bool {
        queues[StorageLane.files.rawValue].contains { operation in
            operation.steps.contains { if case .job(let job) = $0 { job is SegmentSwapJob } else { false } }
        }
    }

    /// The disk does the next operation of a lane.
    @discardableResult
    func perform(_ lane: StorageLane) -> Bool {
        guard let operation = queues[lane.rawValue].popFirst() else { return false }
        let completion = operation.perform(on: files)
        if completion.error == nil { for step in operation.steps { noteCoverage(step) } }
        if let trace { trace("disk does \(lane) \(operation.id): \(completion.error.map { "\($0)" } ?? "done")") }
        completions[lane.rawValue].append(completion)
        return true
    }

    /// The core hears of the next operation of a lane that was done.
    @discardableResult
    func complete(_ lane: StorageLane) -> Bool {
        guard let completion = completions[lane.rawValue].popFirst() else { return false }
        mix(completion.id)
        if let trace, let next = core.storage.continuations[completion.id] { trace("core goes on: \(next)") }
        core.complete(completion, now: now)
        take()
        return true
    }

    /// Everything is done that follows from what is there, as far as time does not have to pass.
    func settle() {
        for _ in 0..<100_000 {
            var didSomething = core.hasWorkAtEndOfTick
            endOfTick()
            for lane in StorageLane.allCases {
                didSomething = perform(lane) || didSomething
                didSomething = complete(lane) || didSomething
            }
            if !didSomething { return }
        }
    }
}

extension SimulatedBroker {
    private func noteCoverage(_ step: StorageStep) {
        switch step {
        case .read: coverage[.diskReads] += 1
        case .preallocate: coverage[.journalRolls] += 1
        case .job(let job):
            if job is CheckpointJob { coverage[.checkpoints] += 1 }
            if let swap = job as? SegmentSwapJob, !swap.replacements.isEmpty { coverage[.compactions] += 1 }
        default: break
        }
    }
}
