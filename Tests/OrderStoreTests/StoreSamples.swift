import OrderEvents
import OrderStore
import TestSupport

/// Documents of all kinds, the same in each run.
struct StoreSamples {
    private var random: SeededGenerator
    private let generator: OrderGenerator
    static let start = Timestamp(millisecondsSinceEpoch: 1_705_314_600_000)

    init(seed: UInt64) {
        random = SeededGenerator(seed: seed)
        generator = OrderGenerator(seed: seed)
    }

    /// The document of the order with this identity, its sections drawn. Its created_at is not in the order of the identities, and in
    /// more than 400 orders some have the same.
    mutating func document(_ id: Int64, revision: Int64 = 1) -> OrderDocument {
        let createdAt = Self.start.advanced(byMilliseconds: id * 7_919 % 401 * 977)
        var order = generator.order(at: id - 1, createdAt: createdAt)
        order.status = OrderStatus.allCases.randomElement(using: &random)!
        order.customerID = Int64(random.next() % 5)
        var document = OrderDocument(
            order: order, revision: revision, updatedAt: createdAt.advanced(byMilliseconds: revision))
        for status in OrderStatus.allCases where Bool.random(using: &random) {
            document.noteSeen(status, at: createdAt)
        }
        if let status = [nil, PaymentStatus.paid, .declined, .refunded].randomElement(using: &random)! {
            document.payment = Payment(
                orderID: order.id, customerID: order.customerID, status: status, amount: order.amount,
                country: order.country,
                declineReason: status == .declined ? DeclineReason.allCases.randomElement(using: &random) : nil,
                processedAt: createdAt.advanced(byMilliseconds: 15))
        }
        if random.next() % 3 == 0 {
            document.fraud = FraudAlert(
                orderID: order.id, customerID: order.customerID, reason: .highAmountRiskyCountry, amount: order.amount,
                country: order.country, detectedAt: Self.start.advanced(byMilliseconds: Int64(random.next() % 50)))
        }
        switch random.next() % 8 {
        // A section that the order has moved away from since.
        case 0: document.order.amount.minorUnits += 1
        case 1: document.order.country = .germany
        case 2: document.order.customerID += 1
        case 3:
            var event = order
            event.amount.minorUnits += 1
            document.noteConflict(event, at: createdAt)
        default: break
        }
        return document
    }

    mutating func documents(_ ids: some Sequence<Int64>, revision: Int64 = 1) -> [OrderDocument] {
        ids.map { document($0, revision: revision) }
    }

    /// A filter of one to three conditions.
    mutating func filter() -> OrderFilter {
        var filter = OrderFilter()
        for _ in 0...random.next() % 3 {
            switch random.next() % 10 {
            case 0: filter.status = OrderStatus.allCases.randomElement(using: &random)
            case 1: filter.country = [.unitedStates, .germany, .canada].randomElement(using: &random)
            case 2: filter.currency = [.usd, .eur, .jpy].randomElement(using: &random)
            case 3: filter.payment = OrderFilter.PaymentState.allCases.randomElement(using: &random)
            case 4: filter.flagged = Bool.random(using: &random)
            case 5: filter.customerID = Int64(random.next() % 6)
            case 6: filter.from = Self.start.advanced(byMilliseconds: Int64(random.next() % 400_000))
            case 7: filter.minimumAmount = Int64(random.next() % 1_000_000)
            case 8: filter.maximumAmount = Int64(random.next() % 3_000_000)
            default: filter.to = Self.start.advanced(byMilliseconds: Int64(random.next() % 400_000))
            }
        }
        return filter
    }

    static func aggregate(_ window: AggregateWindow, partition: Int32, revision: Int64, orders: Int64 = 1) -> Aggregate
    {
        var tally = Tally()
        tally.orders = orders
        tally.sales = MinorUnits(orders * 100)
        return Aggregate(
            window: window, partition: partition,
            cells: [AggregateCell(country: .unitedStates, currency: .usd, tally: tally)], late: 1, revision: revision,
            updatedAt: start)
    }

    static func minute(_ number: Int64) -> AggregateWindow {
        .minute(start: start.advanced(byMilliseconds: number * 60_000))
    }
}

extension OrderSort {
    /// The documents in this order.
    func sorted(_ documents: [OrderDocument]) -> [OrderDocument] {
        documents.sorted { left, right in
            let (first, second) = (left.order, right.order)
            return switch self {
            case .newestFirst: (first.createdAt, first.id) > (second.createdAt, second.id)
            case .oldestFirst: (first.createdAt, first.id) < (second.createdAt, second.id)
            case .highestIDFirst: first.id > second.id
            case .lowestIDFirst: first.id < second.id
            }
        }
    }
}
