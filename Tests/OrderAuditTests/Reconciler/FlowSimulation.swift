import Kafka
import Logging
import OrderEvents
import StreamProcessing
import StreamTesting
import TestSupport

@testable import OrderAudit
@testable import OrderServices

/// The real services over topics in memory, each as fast or slow as a seed says, and a tail that follows them.
///
/// Batches fail at times, services start again, and the gateway answers some of the charges. One fault can be planted.
final class FlowSimulation {
    /// What goes wrong, with the order `victim`.
    enum Sabotage: CaseIterable {
        case noPayment, twoPayments, laterSecondPayment, wrongCharge, noAlert, twoAlerts, alertWithoutReason
        case wrongDocument, noDocument, lyingDocument, wrongRow, noRow, rowFromTheFuture
    }

    private struct Planned: Error {}

    static let victim = OrderID(500)!
    static let partitions: Int32 = 2

    private var random: SeededGenerator
    private let sabotage: Sabotage?
    private let log: MemoryLog
    private let store = MemoryOrderStore()
    private let gateway: HalfAGateway
    private let flow: MemoryTopology
    private(set) var rollbacks = 0
    private var clock: Int64 = 1_700_000_000_000
    private var nextID: Int64 = 1

    // The tail.
    private(set) var core: TailCore
    private var positions: [[Int64]] = []
    private var checkpoint: (progress: [PartitionProgress], ends: [[Int64]])?
    private(set) var agreed = 0
    private(set) var mismatches: [(OrderID, OpenOrder.Mismatch)] = []

    init(seed: UInt64, sabotage: Sabotage? = nil) async throws {
        random = SeededGenerator(seed: seed)
        self.sabotage = sabotage
        let (log, store, gateway) = (MemoryLog(partitions: Self.partitions), store, HalfAGateway(seed: seed))
        let silent = Logger(label: "flow") { _ in SwiftLogNoOpLogHandler() }
        (self.log, self.gateway) = (log, gateway)
        flow = MemoryTopology(
            log,
            [
                MemoryService(FraudProcessor.definition, log: log) { FraudProcessor() },
                MemoryService(PaymentProcessor.definition, log: log) { PaymentProcessor(gateway: gateway) },
                MemoryService(AnalyticsProcessor.definition, log: log) { AnalyticsProcessor() },
                MemoryService(AlertingProcessor.definition, log: log) {
                    AlertingProcessor(destination: nil, logger: silent)
                },
                MemoryService(SinkProcessor.definition, log: log) { SinkProcessor(store: store) },
            ])
        core = TailCore(starts: [[0, 0, 0, 0], [0, 0, 0, 0]])
        plant()
        // Something happened before the tail began, and some of it is still under way.
        for _ in 0..<Int.random(in: 0...60, using: &random) { try await stepFlow() }
        // It begins with the orders that no service has taken yet, and at the ends of what they write.
        positions = ends
        for (partition, progress) in progress.enumerated() {
            positions[partition][FlowTopic.orders.rawValue] = Consumption.allCases.filter { $0.topic == .orders }.map {
                progress[$0]
            }.max()!
        }
        core = TailCore(starts: positions)
    }

    private func place(_ topic: FlowTopic, _ partition: Int) -> TopicPartition {
        TopicPartition(topic: topic.name, partition: Int32(partition))
    }

    private var ends: [[Int64]] {
        (0..<Int(Self.partitions)).map { partition in FlowTopic.allCases.map { log.end(place($0, partition)) } }
    }

    /// How far each service has committed.
    private var progress: [PartitionProgress] {
        (0..<Int(Self.partitions)).map { partition in
            var progress = PartitionProgress()
            for consumption in Consumption.allCases {
                progress[consumption] = log.committed(consumption.group)[place(consumption.topic, partition)] ?? 0
            }
            return progress
        }
    }

    /// What the services have set aside.
    var deadLetters: [MemoryLog.Entry] { Consumption.allCases.flatMap { log.entries($0.deadLetterTopic) } }

    // MARK: steps

    func run(steps: Int) async throws {
        for _ in 0..<steps { try await step() }
    }

    /// Lets everything come to its end.
    func drain() async throws {
        gateway.answersAll()
        for service in flow.services { service.context.nowMilliseconds = clock }
        try await flow.drain()
        for _ in 0..<2 {
            for partition in 0..<Int(Self.partitions) {
                for topic in FlowTopic.allCases { read(topic, partition, 10_000) }
            }
            settle()
            settle()
        }
    }

    private func step() async throws {
        switch Int.random(in: 0..<10, using: &random) {
        case 0..<4: try await stepFlow()
        case 4..<8:
            let topic = FlowTopic.allCases.randomElement(using: &random)!
            read(topic, .random(in: 0..<Int(Self.partitions), using: &random), .random(in: 1...20, using: &random))
        default: settle()
        }
    }

    private func stepFlow() async throws {
        clock += .random(in: 0...50, using: &random)
        let count = Int.random(in: 1...12, using: &random)
        let choice = Int.random(in: 0..<7, using: &random)
        guard choice > 1 else { return place() }
        try await advance(flow.services[choice - 2], count)
    }

    /// One batch of one partition; it fails at times, and at times the service starts again.
    private func advance(_ service: MemoryService, _ count: Int) async throws {
        let partition = Int32.random(in: 0..<Self.partitions, using: &random)
        service.context.nowMilliseconds = clock
        service.failsBeforeCommit = Int.random(in: 0..<8, using: &random) == 0 ? Planned() : nil
        do {
            try await service.step(service.places.filter { $0.partition == partition }, max: count)
        } catch is Planned {
            rollbacks += 1
        } catch is PaymentGatewayError {
            rollbacks += 1
        }
        service.failsBeforeCommit = nil
        if Int.random(in: 0..<40, using: &random) == 0 { service.restart() }
    }

    /// A new order, or a change or repetition of a known one.
    func place(_ given: OrderID? = nil) {
        let isNew = given != nil || nextID < 10 || Int.random(in: 0..<3, using: &random) > 0
        let id = given ?? OrderID(isNew ? nextID : .random(in: max(1, nextID - 30)..<nextID, using: &random))!
        if isNew, given == nil { nextID += 1 }
        var order = OrderGenerator(seed: 3).order(at: id.rawValue, createdAt: Timestamp(millisecondsSinceEpoch: clock))
        order = Order(
            id: id, customerID: order.customerID, amount: order.amount, country: order.country, status: order.status,
            createdAt: Timestamp(millisecondsSinceEpoch: 1_700_000_000_000 + id.rawValue))
        if id.rawValue % 4 == 0 {
            order.amount.minorUnits += 300 * order.amount.currency.minorUnitsPerUnit
            order.country = CountryCode(code: "NG")!
        }
        if sabotage == .alertWithoutReason, id == Self.victim { order.amount.minorUnits = 1 }
        if !isNew { order.status = OrderStatus.allCases.randomElement(using: &random)! }
        if !isNew, Int.random(in: 0..<8, using: &random) == 0 { contradict(&order) }
        log.append(order, to: Topics.orders, at: clock)
    }

    /// Makes the event one that contradicts the order's others, in one field, and breaks the rule at times where they do not.
    private func contradict(_ order: inout Order) {
        switch Int.random(in: 0..<4, using: &random) {
        case 0: order.amount.minorUnits += 1_000 * order.amount.currency.minorUnitsPerUnit
        case 1: order.customerID += 1
        case 2: order.country = CountryCode(code: order.country.description == "NG" ? "US" : "NG")!
        default: order.createdAt = order.createdAt.advanced(byMilliseconds: 86_400_000)
        }
    }

    // MARK: planted faults

    private func plant() {
        let sabotage = sabotage
        for service in flow.services { service.context.tamper = { FlowSimulation.tampered($0, sabotage) } }
        store.change { document in
            var document = document
            guard document.order.id == FlowSimulation.victim else { return document }
            if sabotage == .noRow { return nil }
            if sabotage == .wrongRow { document.order.customerID += 1 }
            if sabotage == .rowFromTheFuture { document.revision += 1_000 }
            return document
        }
    }

    /// What the services send about the victim, with the fault in it.
    private static func tampered(_ sent: MemoryTaskContext.Sent, _ sabotage: Sabotage?) -> [MemoryTaskContext.Sent] {
        guard sent.entry.name == "\(victim)" else { return [sent] }
        switch (sabotage, sent.topic) {
        case (.noPayment, Topics.payments.name), (.noAlert, Topics.fraudAlerts.name),
            (.noDocument, Topics.orderAnalytics.name):
            return []
        case (.twoPayments, Topics.payments.name), (.twoAlerts, Topics.fraudAlerts.name): return [sent, sent]
        case (.wrongCharge, Topics.payments.name): return [changed(sent, Payment.self) { $0.amount.minorUnits += 1 }]
        case (.wrongDocument, Topics.orderAnalytics.name):
            return [changed(sent, OrderDocument.self) { $0.order.customerID += 1 }]
        case (.alertWithoutReason, Topics.payments.name):
            let payment = decoded(sent, Payment.self)
            let alert = FraudAlert(
                orderID: payment.orderID, customerID: payment.customerID, reason: .highAmountRiskyCountry,
                amount: payment.amount,
                country: payment.country, detectedAt: payment.processedAt)
            var second = sent
            second.topic = Topics.fraudAlerts.name
            second.entry.value = AuditWorld.json(alert)
            return [sent, second]
        default: return [sent]
        }
    }

    private static func decoded<Value: EventValue>(_ sent: MemoryTaskContext.Sent, _: Value.Type) -> Value {
        sent.entry.value!.withUnsafeBytes { try! Value(json: $0) }
    }

    private static func changed<Value: EventValue>(
        _ sent: MemoryTaskContext.Sent, _: Value.Type, _ change: (inout Value) -> Void
    ) -> MemoryTaskContext.Sent {
        var (value, result) = (decoded(sent, Value.self), sent)
        change(&value)
        result.entry.value = AuditWorld.json(value)
        return result
    }

    /// Faults that come by themselves, once the victim is through.
    func lie() {
        let documents = try! log.values(Topics.orderAnalytics).compactMap { event -> OrderDocument? in
            if case .order(let document) = event, document.order.id == Self.victim { document } else { nil }
        }
        guard var lie = documents.last else { return }
        switch sabotage {
        case .laterSecondPayment:
            lie.payment!.processedAt = Timestamp(millisecondsSinceEpoch: clock + 1)
            log.append(lie.payment!, to: Topics.payments, at: clock)
        case .lyingDocument:
            lie.order.amount.minorUnits += 1
            lie.revision += 1
            log.append(.order(lie), to: Topics.orderAnalytics, at: clock)
        default: break
        }
    }

    // MARK: the tail

    private func read(_ topic: FlowTopic, _ partition: Int, _ count: Int) {
        let moment = Timestamp(millisecondsSinceEpoch: clock)
        let batch = RecordBatch(
            copying: log.contents(of: place(topic, partition), from: positions[partition][topic.rawValue], max: count))
        for record in batch {
            core.take(
                Audit.LogRecord(
                    offset: record.offset, timestamp: record.timestamp, key: record.key, value: record.value),
                of: topic,
                partition: record.partition, at: moment)
            positions[partition][topic.rawValue] = record.offset + 1
        }
    }

    /// One look: at how far the services are, or at what the last look asked for, once it is read.
    private func settle() {
        guard let known = checkpoint else {
            checkpoint = (progress, ends)
            return
        }
        guard zip(positions, known.ends).allSatisfy({ zip($0, $1).allSatisfy { $0 >= $1 } }) else { return }
        checkpoint = nil
        let rows = store.rows
        for partition in 0..<Int(Self.partitions) {
            let due = core.settle(Int32(partition), known.progress[partition], positions: positions[partition])
            let verdict = core.judge(due, rows.filter { due.contains($0.key) })
            agreed += verdict.agreed
            mismatches += verdict.mismatches
        }
    }
}
