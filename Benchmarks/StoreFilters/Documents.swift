import OrderEvents

/// The generator's orders with payments and verdicts in a shop's proportions.
struct Documents {
    static let start = Timestamp(millisecondsSinceEpoch: 1_767_225_600_000)
    private let generator = OrderGenerator(seed: 1)

    func document(_ number: Int64, isPaid: Bool, _ revision: Int64) -> OrderDocument {
        let createdAt = Self.start.advanced(byMilliseconds: number * 7)
        var order = generator.order(at: number, createdAt: createdAt)
        // A follow-up comes for one order in sixteen.
        let draw = number &* 2_654_435_761 >> 8 & 0xFF
        if draw < 10 { order.status = .confirmed } else if draw < 16 { order.status = .cancelled }
        var document = OrderDocument(order: order, createdSeenAt: createdAt, revision: revision, updatedAt: createdAt)
        if isPaid, number % 5_000 != 0 {
            let isDeclined = draw % 21 == 0
            document.payment = Payment(
                orderID: order.id, customerID: order.customerID, status: isDeclined ? .declined : .paid,
                amount: order.amount, country: order.country, declineReason: isDeclined ? .limitExceeded : nil,
                processedAt: createdAt.advanced(byMilliseconds: 5))
        }
        if FraudRule.builtIn.verdict(on: order) != nil {
            document.fraud = FraudAlert(
                orderID: order.id, customerID: order.customerID, reason: .highAmountRiskyCountry, amount: order.amount,
                country: order.country, detectedAt: createdAt.advanced(byMilliseconds: 3))
        }
        return document
    }
}
