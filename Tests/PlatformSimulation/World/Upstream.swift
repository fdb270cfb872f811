import Kafka
import OrderEvents
import TestSupport

@testable import BrokerCore
@testable import BrokerSimulation
@testable import KafkaProtocol

/// Where orders come from: an idempotent producer that repeats what was not acknowledged, and sends what upstreams
/// send: new orders, changes, repetitions, contradictions, orders in the wrong partition, and bytes that are no order.
final class Upstream {
    private struct Sending {
        var partition: Int32
        var record: WireRecord
        var sequence: Int32
        /// The order in it, if it is one.
        var order: Order?
    }

    unowned let life: PlatformLife
    private lazy var client = {
        let client = PlatformClient(life: life, name: "upstream", group: "none", transactionalID: "none")
        // What it has sent and not heard of would be sent as something new by whoever comes after it.
        client.isSafe = true
        return client
    }()
    private var producerID: Int64?
    private var epoch: Int16 = 0
    private var sequences: [Int32: Int32] = [:]
    private var waiting: [Sending] = []
    private var known: [Order] = []
    private var made = 0
    private let generator: OrderGenerator
    /// What the log has acknowledged, in the order of the acknowledgements.
    private(set) var accepted: [OrderID] = []
    private(set) var acknowledged = 0

    init(life: PlatformLife) {
        self.life = life
        generator = OrderGenerator(seed: life.seed)
    }

    /// Whether something was sent that is not acknowledged.
    var isBehind: Bool { !waiting.isEmpty }

    /// Sends what waits, or something new.
    func act() {
        if waiting.isEmpty, !life.isDraining, made < life.plan.events {
            for _ in 0..<life.random.within(1...6) where made < life.plan.events {
                made += 1
                makeEvent()
            }
        }
        do throws(KafkaError) {
            try send()
        } catch {
            life.tell("upstream has no answer yet: \(error)")
        }
    }

    private func send() throws(KafkaError) {
        if producerID == nil {
            let answer: InitProducerIDResponse = try life.call(
                InitProducerIDRequest(transactionalID: nil, transactionTimeoutMilliseconds: 1_000),
                on: client.producing, within: 3_000)
            guard answer.errorCode == .none else { throw KafkaError(answer.errorCode, "InitProducerId") }
            (producerID, epoch) = (answer.producerID, answer.producerEpoch)
        }
        while let next = waiting.first {
            let request: ProduceRequest
            do {
                let bytes = try WireBatches.make(
                    [next.record], producerID: producerID!, epoch: epoch, sequence: next.sequence,
                    isTransactional: false)
                request = ProduceRequest(
                    transactionalID: nil, acks: -1, timeoutMilliseconds: 3_000,
                    topics: [
                        .init(name: Topics.orders.name, partitions: [.init(index: next.partition, records: bytes)])
                    ])
            } catch {
                throw KafkaError(code: .invalidArgument, message: "\(error)")
            }
            let answer: ProduceResponse = try life.call(request, on: client.producing, within: 3_000)
            let code = answer.topics.first?.partitions.first?.errorCode ?? .unknownServerError
            guard code == .none else { throw KafkaError(code, "Produce") }
            acknowledged += 1
            if let order = next.order { accepted.append(order.id) }
            waiting.removeFirst()
            // It has promised something: a good moment to die.
            if life.happens(life.plan.brokerDeaths * 20) { life.crashBroker() }
        }
    }

    // MARK: events

    private func makeEvent() {
        if life.random.chance(0.06) { return makeGarbage() }
        var order: Order
        if known.isEmpty || life.random.chance(0.5) {
            order = newOrder()
            known.append(order)
        } else {
            order = known[life.random.below(known.count)]
            switch life.random.below(10) {
            case 0..<3: order.status = .confirmed
            case 3..<6: order.status = .cancelled
            case 6..<8: contradict(&order)
            default: break
            }
        }
        let home = Int32(OrderKey(order.id).partition(of: life.plan.partitions))
        var partition = home
        if life.random.chance(0.1) { partition = Int32(life.random.below(Int(life.plan.partitions))) }
        if partition != home { life.coverage[.misplaced] += 1 }
        var json = JSONBytes()
        Topics.orders.encode(order, into: &json)
        let key: [UInt8]? = life.random.chance(0.1) ? nil : Topics.orders.key(of: order)
        let record = WireRecord(timestamp: life.wallClock, key: key, value: json.bytes)
        life.tell("upstream: order \(order.id) \(order.status) for partition \(partition), at home in \(home)")
        enqueue(Sending(partition: partition, record: record, sequence: 0, order: order))
    }

    private func newOrder() -> Order {
        let index = Int64(known.count)
        let age = Int64(life.random.pick([0, 0, 1_000, 70_000, 1_500_000]))
        if age > 1_000_000 { life.coverage[.late] += 1 }
        var order = generator.order(
            at: index, createdAt: Timestamp(millisecondsSinceEpoch: life.wallClock - age))
        if life.random.chance(0.3) {
            // It breaks the rule.
            order.amount.minorUnits += 300 * order.amount.currency.minorUnitsPerUnit
            order.country = CountryCode(code: "NG")!
        }
        if life.random.chance(0.1) { order.status = life.random.flip() ? .confirmed : .cancelled }
        return order
    }

    private func contradict(_ order: inout Order) {
        life.coverage[.conflicts] += 1
        switch life.random.below(4) {
        case 0: order.amount.minorUnits += 700 * order.amount.currency.minorUnitsPerUnit
        case 1: order.customerID += 1
        case 2: order.country = CountryCode(code: order.country.description == "NG" ? "US" : "NG")!
        default: order.createdAt = order.createdAt.advanced(byMilliseconds: 86_400_000)
        }
    }

    private func makeGarbage() {
        life.coverage[.garbage] += 1
        let values: [[UInt8]?] = [
            nil, [], Array("{\"order_id\":".utf8), Array("{\"order_id\":7}".utf8), [0xFF, 0x00],
            Array(repeating: 0x7B, count: 300),
        ]
        let record = WireRecord(
            timestamp: life.wallClock, key: life.random.flip() ? nil : Array("7".utf8), value: life.random.pick(values))
        let partition = Int32(life.random.below(Int(life.plan.partitions)))
        life.tell("upstream: bytes that are no order, for partition \(partition)")
        enqueue(Sending(partition: partition, record: record, sequence: 0))
    }

    private func enqueue(_ sending: Sending) {
        var sending = sending
        sending.sequence = sequences[sending.partition] ?? 0
        sequences[sending.partition] = sending.sequence + 1
        waiting.append(sending)
    }
}
