import OrderEvents

/// Orders with the shares of the platform's generator, seven milliseconds apart.
struct SampleOrders {
    static let start = Timestamp(millisecondsSinceEpoch: 1_767_225_600_000)
    static let step: Int64 = 7

    private let generator = OrderGenerator(seed: 20_260_101)

    /// As it is once all has been said of it, or before its payment. One in 5,000 stays unpaid.
    func document(_ number: Int, isPaid: Bool) -> OrderDocument {
        let createdAt = Self.start.advanced(byMilliseconds: Int64(number) * Self.step)
        var order = generator.order(at: Int64(number), createdAt: createdAt)
        // A multiplicative hash: the draws are the same in each run.
        let draw = UInt64(number) &* 0x9E37_79B9_7F4A_7C15 >> 40
        order.status = draw % 256 < 240 ? .created : draw % 256 < 250 ? .confirmed : .cancelled
        var document = OrderDocument(
            order: order, fraud: FraudRule.builtIn.alert(for: order, at: createdAt.advanced(byMilliseconds: 4)),
            revision: isPaid ? 2 : 1, updatedAt: createdAt)
        if isPaid, number % 5_000 != 0 {
            let isDeclined = draw >> 8 % 20 == 0
            document.payment = Payment(
                orderID: order.id, customerID: order.customerID, status: isDeclined ? .declined : .paid,
                amount: order.amount, country: order.country, declineReason: isDeclined ? .insufficientFunds : nil,
                processedAt: createdAt.advanced(byMilliseconds: 5))
        }
        return document
    }

    func documents(_ range: Range<Int>, isPaid: Bool) -> [OrderDocument] {
        range.map { document($0, isPaid: isPaid) }
    }
}
