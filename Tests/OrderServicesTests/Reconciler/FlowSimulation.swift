import OrderEvents

@testable import OrderServices

/// The services and the store in miniature, each as fast or slow as a seed says, and a tail that follows them. One fault can be planted.
struct FlowSimulation {
    /// What goes wrong, with the order `victim`.
    enum Sabotage: CaseIterable {
        case noPayment, twoPayments, laterSecondPayment, wrongCharge, noAlert, twoAlerts, alertWithoutReason
        case wrongDocument, noDocument, lyingDocument, wrongRow, noRow, rowFromTheFuture
    }

    struct LogRecord {
        var id: OrderID
        var value: [UInt8]
        var timestamp: Int64
    }

    static let victim = OrderID(500)!
    static let partitions = 2

    private(set) var random: SplitMix
    var sabotage: Sabotage?
    private var logs: [[[LogRecord]]] = Array(repeating: Array(repeating: [], count: partitions), count: FlowTopic.allCases.count)
    private var progress = Array(repeating: PartitionProgress(), count: partitions)
    private var charged: Set<OrderID> = []
    private var judged: Set<OrderID> = []
    /// What the first event that payments read of an order has fixed.
    private var chargeable: [OrderID: OrderTerms] = [:]
    private(set) var conflicts = 0
    private var documents: [OrderID: OrderDocument] = [:]
    private(set) var rows: [OrderID: OrderDocument] = [:]
    private var clock: Int64 = 1_700_000_000_000
    private var nextID: Int64 = 1
    private var lied = false

    // The tail.
    private(set) var core: TailCore
    private var positions: [[Int64]] = []
    private var checkpoint: (progress: [PartitionProgress], ends: [[Int64]])?
    private(set) var agreed = 0
    private(set) var faults: [(OrderID, OpenOrder.Fault)] = []

    init(seed: UInt64, sabotage: Sabotage? = nil) {
        random = SplitMix(state: seed)
        self.sabotage = sabotage
        core = TailCore(starts: [[0, 0, 0, 0], [0, 0, 0, 0]])
        // Something happened before the tail began, and some of it is still under way.
        for _ in 0..<Int.random(in: 0...60, using: &random) { stepFlow() }
        // It begins with the orders that no service has taken yet, and at the ends of what they write.
        positions = ends
        for partition in 0..<Self.partitions {
            let taken = Consumption.allCases.filter { $0.topic == .orders }.map { progress[partition][$0] }.max()!
            positions[partition][FlowTopic.orders.rawValue] = taken
        }
        core = TailCore(starts: positions)
    }

    private var ends: [[Int64]] { (0..<Self.partitions).map { partition in logs.map { Int64($0[partition].count) } } }

    // MARK: steps

    mutating func run(steps: Int) {
        for _ in 0..<steps { step() }
    }

    /// Lets everything come to its end.
    mutating func drain() {
        for _ in 0..<6 {
            for partition in 0..<Self.partitions {
                judge(partition, 10_000)
                charge(partition, 10_000)
                join(partition, 10_000)
                join(partition, 10_000)
                store(partition, 10_000)
            }
            for partition in 0..<Self.partitions { for topic in FlowTopic.allCases { read(topic, partition, 10_000) } }
            settle()
            settle()
        }
    }

    private mutating func step() {
        switch Int.random(in: 0..<10, using: &random) {
        case 0..<4: stepFlow()
        case 4..<8: read(FlowTopic.allCases.randomElement(using: &random)!, .random(in: 0..<Self.partitions, using: &random), .random(in: 1...20, using: &random))
        default: settle()
        }
    }

    private mutating func stepFlow() {
        clock += .random(in: 0...50, using: &random)
        let partition = Int.random(in: 0..<Self.partitions, using: &random)
        let count = Int.random(in: 1...12, using: &random)
        switch Int.random(in: 0..<6, using: &random) {
        case 0, 1: place()
        case 2: judge(partition, count)
        case 3: charge(partition, count)
        case 4: join(partition, count)
        default: store(partition, count)
        }
    }

    /// A new order, or a change or repetition of a known one.
    mutating func place(_ given: OrderID? = nil) {
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
        append(.orders, id, order)
    }

    /// Makes the event one that contradicts the order's others, in one field, and breaks the rule at times where they do not.
    private mutating func contradict(_ order: inout Order) {
        conflicts += 1
        switch Int.random(in: 0..<4, using: &random) {
        case 0: order.amount.minorUnits += 1_000 * order.amount.currency.minorUnitsPerUnit
        case 1: order.customerID += 1
        case 2: order.country = CountryCode(code: order.country.description == "NG" ? "US" : "NG")!
        default: order.createdAt = order.createdAt.advanced(byMilliseconds: 86_400_000)
        }
    }

    private mutating func append(_ topic: FlowTopic, _ id: OrderID, _ event: some EventValue) {
        logs[topic.rawValue][home(id)].append(LogRecord(id: id, value: AuditWorld.json(event), timestamp: clock))
    }

    private func home(_ id: OrderID) -> Int { Int(OrderKey(id).partition(of: Int32(Self.partitions))) }

    private mutating func take<Event: EventValue>(_ consumption: Consumption, _ partition: Int, _ count: Int, _: Event.Type) -> [(Event, Int64)] {
        let log = logs[consumption.topic.rawValue][partition]
        let from = Int(progress[partition][consumption])
        let to = min(log.count, from + count)
        progress[partition][consumption] = Int64(to)
        return log[from..<to].map { record in (record.value.withUnsafeBytes { try! Event(json: $0) }, record.timestamp) }
    }

    // MARK: services

    private mutating func judge(_ partition: Int, _ count: Int) {
        for (order, _) in take(.judging, partition, count, Order.self) {
            let isVictim = order.id == Self.victim
            var alert = FraudRule.builtIn.alert(for: order, at: Timestamp(millisecondsSinceEpoch: clock))
            if isVictim, sabotage == .noAlert { alert = nil }
            if isVictim, sabotage == .alertWithoutReason, alert == nil {
                alert = FraudAlert(
                    orderID: order.id, customerID: order.customerID, reason: .highAmountRiskyCountry, amount: order.amount, country: order.country,
                    detectedAt: Timestamp(millisecondsSinceEpoch: clock))
            }
            guard judged.insert(order.id).inserted, let alert else { continue }
            append(.fraudAlerts, order.id, alert)
            if isVictim, sabotage == .twoAlerts { append(.fraudAlerts, order.id, alert) }
        }
    }

    private mutating func charge(_ partition: Int, _ count: Int) {
        for (order, _) in take(.charging, partition, count, Order.self) {
            let isVictim = order.id == Self.victim
            if isVictim, sabotage == .noPayment { continue }
            let first = chargeable[order.id] ?? order.terms
            chargeable[order.id] = first
            guard first == order.terms, order.status != .cancelled, charged.insert(order.id).inserted else { continue }
            var payment = Payment(
                orderID: order.id, customerID: order.customerID, status: order.id.rawValue % 9 == 0 ? .declined : .paid, amount: order.amount,
                country: order.country, processedAt: Timestamp(millisecondsSinceEpoch: clock))
            if isVictim, sabotage == .wrongCharge { payment.amount.minorUnits += 1 }
            append(.payments, order.id, payment)
            if isVictim, sabotage == .twoPayments { append(.payments, order.id, payment) }
        }
    }

    private mutating func join(_ partition: Int, _ count: Int) {
        var changed: Set<OrderID> = []
        func put(_ new: OrderDocument, _ documents: inout [OrderID: OrderDocument]) {
            if documents[new.order.id] != new { changed.insert(new.order.id) }
            documents[new.order.id] = new
        }
        for (order, timestamp) in take(.joiningOrders, partition, count, Order.self) {
            put(.applying(order, seenAt: Timestamp(millisecondsSinceEpoch: timestamp), to: documents[order.id]), &documents)
        }
        for (payment, _) in take(.joiningPayments, partition, count, Payment.self) { put(.applying(payment, to: documents[payment.orderID]), &documents) }
        for (alert, _) in take(.joiningAlerts, partition, count, FraudAlert.self) { put(.applying(alert, to: documents[alert.orderID]), &documents) }
        for id in changed.sorted() {
            if id == Self.victim, sabotage == .noDocument { continue }
            documents[id]!.revision += 1
            documents[id]!.updatedAt = Timestamp(millisecondsSinceEpoch: clock)
            if id == Self.victim, sabotage == .wrongDocument { documents[id]!.order.customerID += 1 }
            append(.orderAnalytics, id, AnalyticsEvent.order(documents[id]!))
        }
    }

    private mutating func store(_ partition: Int, _ count: Int) {
        for (event, _) in take(.storing, partition, count, AnalyticsEvent.self) {
            guard case .order(var document) = event else { continue }
            if document.order.id == Self.victim {
                if sabotage == .noRow { continue }
                if sabotage == .wrongRow { document.order.customerID += 1 }
                if sabotage == .rowFromTheFuture { document.revision += 1_000 }
            }
            if rows[document.order.id].map({ $0.revision < document.revision }) ?? true { rows[document.order.id] = document }
        }
    }

    /// Faults that come by themselves, once the victim is through.
    mutating func lie() {
        guard let document = documents[Self.victim] else { return }
        switch sabotage {
        case .laterSecondPayment:
            var payment = document.payment!
            payment.processedAt = Timestamp(millisecondsSinceEpoch: clock + 1)
            append(.payments, Self.victim, payment)
        case .lyingDocument:
            var lie = document
            lie.order.amount.minorUnits += 1
            lie.revision += 1
            append(.orderAnalytics, Self.victim, AnalyticsEvent.order(lie))
        default: break
        }
    }

    // MARK: the tail

    private mutating func read(_ topic: FlowTopic, _ partition: Int, _ count: Int) {
        let log = logs[topic.rawValue][partition]
        let from = Int(positions[partition][topic.rawValue])
        for offset in from..<min(log.count, from + count) {
            let record = log[offset]
            Array("\(record.id)".utf8).withUnsafeBytes { key in
                record.value.withUnsafeBytes { value in
                    core.take(
                        Audit.LogRecord(offset: Int64(offset), timestamp: record.timestamp, key: key, value: value), of: topic,
                        partition: Int32(partition), at: Timestamp(millisecondsSinceEpoch: clock))
                }
            }
            positions[partition][topic.rawValue] = Int64(offset + 1)
        }
    }

    /// One look: at how far the services are, or at what the last look asked for, once it is read.
    private mutating func settle() {
        guard let known = checkpoint else {
            checkpoint = (progress, ends)
            return
        }
        guard zip(positions, known.ends).allSatisfy({ zip($0, $1).allSatisfy { $0 >= $1 } }) else { return }
        checkpoint = nil
        for partition in 0..<Self.partitions {
            let due = core.settle(Int32(partition), known.progress[partition], positions: positions[partition])
            let verdict = core.judge(due, rows.filter { due.contains($0.key) })
            agreed += verdict.agreed
            faults += verdict.faults
        }
    }
}

/// Sebastiano Vigna's splitmix64.
struct SplitMix: RandomNumberGenerator {
    var state: UInt64
    mutating func next() -> UInt64 {
        state &+= 0x9E37_79B9_7F4A_7C15
        return Spread.mix(state)
    }
}
