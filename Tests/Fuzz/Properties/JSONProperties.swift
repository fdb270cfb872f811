@testable import OrderEvents

/// What is taken is written and read back as itself; what is not taken is refused with a reason, by every reader alike.
enum JSONProperties {
    static func check(_ input: UnsafeRawBufferPointer) throws {
        let order = try stable(Order.self, input)
        _ = try stable(Payment.self, input)
        _ = try stable(FraudAlert.self, input)
        _ = try stable(OrderDocument.self, input)
        _ = try stable(Aggregate.self, input)
        _ = try stable(AnalyticsEvent.self, input)
        try checkValidation(input, order)
        try checkText(input.bindMemory(to: UInt8.self))
    }

    private static func stable<Value: EventValue & Equatable>(
        _ type: Value.Type, _ input: UnsafeRawBufferPointer
    ) throws -> Value? {
        let value: Value
        do throws(EventError) { value = try Value(json: input) } catch {
            try require(!error.description.isEmpty, "\(type): an error without a description")
            return nil
        }
        try require(isJSON(input), "\(type): what is no JSON was taken")
        // Made as small as it can be, so that a writer that exceeds the room it asked for is seen.
        var first = JSONBytes(capacity: 0)
        value.encode(into: &first)
        try require(first.withUnsafeBytes(isJSON), "\(type): wrote what is no JSON: \(first)")
        let again: Value
        do { again = try first.withUnsafeBytes { (bytes) throws(EventError) in try Value(json: bytes) } } catch {
            throw PropertyFailure("\(type): refuses what it wrote itself: \(first): \(error)")
        }
        try require(again == value, "\(type): reads back another value: \(first)")
        var second = JSONBytes(capacity: 0)
        again.encode(into: &second)
        try require(first.bytes == second.bytes, "\(type): writes the same value differently: \(first), \(second)")
        var key = JSONBytes(capacity: 0)
        value.appendKey(to: &key)
        try require(!key.isEmpty, "\(type): no key")
        return value
    }

    /// The reader for people's mistakes takes what the fast one takes, and names at least one mistake of everything else.
    private static func checkValidation(_ input: UnsafeRawBufferPointer, _ order: Order?) throws {
        switch Order.validate(json: input) {
        case .success(let validated):
            try require(validated == order, "validate takes an order that init refuses or reads otherwise")
        case .failure(let errors):
            try require(order == nil, "validate refuses an order that init takes: \(errors)")
            try require(!errors.all.isEmpty && !errors.description.isEmpty, "validate refuses without a reason")
        }
        switch OrderDraft.validate(json: input) {
        case .success(let draft):
            guard let order else { return }
            let made = draft.order(id: order.id, status: order.status, createdAt: order.createdAt)
            try require(made == order, "an order's draft is another order: \(made)")
        case .failure(let errors):
            try require(order == nil, "what is an order is no draft: \(errors)")
            try require(!errors.all.isEmpty && !errors.description.isEmpty, "a draft is refused without a reason")
        }
    }

    /// The input as text that a field may hold.
    private static func checkText(_ text: UnsafeBufferPointer<UInt8>) throws {
        guard text.count <= 64 else { return }
        if case .success(let moment) = Timestamp.parse(text) {
            var written = moment.description
            let again = written.withUTF8 { Timestamp.parse($0) }
            try require(again == .success(moment), "\(written) reads as another moment")
        }
        if let code = CountryCode(code: text) {
            try require(code.description.utf8.elementsEqual(text), "country \(code)")
        }
        if let code = Currency(code: text) {
            try require(code.description.utf8.elementsEqual(text), "currency \(code)")
        }
        let string = String(decoding: text, as: UTF8.self)
        for currency in [Currency.usd, Currency(code: "JPY"), Currency(code: "KWD")].compactMap({ $0 }) {
            // Most texts are no amounts, which is no finding.
            guard let money = try? Money(string, currency: currency) else { continue }
            try require(
                (try? Money(money.description, currency: currency)) == money,
                "\(string) is written as \(money.description)")
        }
    }

    private static func isJSON(_ bytes: UnsafeRawBufferPointer) -> Bool {
        var scanner = JSONScanner(bytes)
        do throws(EventError) {
            try scanner.skipValue()
            try scanner.finish()
            return true
        } catch { return false }
    }
}
