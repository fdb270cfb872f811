import OrderEvents
import StreamProcessing

/// How an order document stands in the keyed state: a quarter of its JSON, and read without parsing.
///
/// Format 1, little-endian: format, flags, customer, minor units, currency, country, status, created_at, revision,
/// updated_at. Then what each flag that is set stands for, in the order of their bits. The payment: status, decline
/// reason or 255, processed_at. The fraud alert: reason, detected_at. The times at which CREATED, CONFIRMED and
/// CANCELLED were first seen. The order id is the key. Format 0: the document's JSON follows, for the rare one whose
/// payment or alert differs from the order in amount, country or customer, and for one that was contradicted.
package enum DocumentState {
    private struct Flags: OptionSet {
        let rawValue: UInt8
        static let payment = Flags(rawValue: 1)
        static let fraud = Flags(rawValue: 2)
        static let created = Flags(rawValue: 4)
        static let confirmed = Flags(rawValue: 8)
        static let cancelled = Flags(rawValue: 16)
    }

    /// Replaces `bytes` with the document's state.
    package static func encode(_ document: OrderDocument, into bytes: inout [UInt8]) {
        bytes.removeAll(keepingCapacity: true)
        let order = document.order
        guard document.conflicts == nil,
            document.payment.map({ matches(order, $0.customerID, $0.amount, $0.country) }) ?? true,
            document.fraud.map({ matches(order, $0.customerID, $0.amount, $0.country) }) ?? true
        else {
            var json = JSONBytes()
            document.encode(into: &json)
            bytes.append(0)
            json.withUnsafeBytes { bytes.append(contentsOf: $0) }
            return
        }
        var flags: Flags = []
        if document.payment != nil { flags.insert(.payment) }
        if document.fraud != nil { flags.insert(.fraud) }
        if document.createdSeenAt != nil { flags.insert(.created) }
        if document.confirmedSeenAt != nil { flags.insert(.confirmed) }
        if document.cancelledSeenAt != nil { flags.insert(.cancelled) }
        bytes.append(1)
        bytes.append(flags.rawValue)
        append(order.customerID, to: &bytes)
        append(order.amount.minorUnits, to: &bytes)
        append(order.amount.currency.packed, to: &bytes)
        append(order.country.packed, to: &bytes)
        bytes.append(order.status.rawValue)
        append(order.createdAt.millisecondsSinceEpoch, to: &bytes)
        append(document.revision, to: &bytes)
        append(document.updatedAt.millisecondsSinceEpoch, to: &bytes)
        if let payment = document.payment {
            bytes.append(payment.status.rawValue)
            bytes.append(payment.declineReason?.rawValue ?? 255)
            append(payment.processedAt.millisecondsSinceEpoch, to: &bytes)
        }
        if let fraud = document.fraud {
            bytes.append(fraud.reason.rawValue)
            append(fraud.detectedAt.millisecondsSinceEpoch, to: &bytes)
        }
        for time in [document.createdSeenAt, document.confirmedSeenAt, document.cancelledSeenAt] {
            if let time { append(time.millisecondsSinceEpoch, to: &bytes) }
        }
    }

    /// - Throws: `DocumentStateError` if the bytes are none of the formats: the state is damaged, or of a later
    ///   version.
    package static func decode(_ bytes: UnsafeRawBufferPointer, id: OrderID) throws -> OrderDocument {
        guard let format = bytes.first else { throw DocumentStateError(id: id) }
        if format == 0 { return try OrderDocument(json: UnsafeRawBufferPointer(rebasing: bytes[1...])) }
        guard format == 1 else { throw DocumentStateError(id: id) }
        var reader = Reader(bytes: bytes, position: 1, id: id)
        let flags = Flags(rawValue: try reader.next())
        let customer: Int64 = try reader.next()
        let minorUnits: Int64 = try reader.next()
        guard let currency = Currency(packed: try reader.next()), let country = CountryCode(packed: try reader.next()),
            let status = OrderStatus(rawValue: try reader.next())
        else { throw DocumentStateError(id: id) }
        let amount = Money(minorUnits: minorUnits, currency: currency)
        let order = Order(
            id: id, customerID: customer, amount: amount, country: country, status: status, createdAt: try reader.time()
        )
        var document = OrderDocument(order: order, revision: try reader.next(), updatedAt: try reader.time())
        if flags.contains(.payment) {
            guard let status = PaymentStatus(rawValue: try reader.next()) else { throw DocumentStateError(id: id) }
            let reason: UInt8 = try reader.next()
            document.payment = Payment(
                orderID: id, customerID: customer, status: status, amount: amount, country: country,
                declineReason: DeclineReason(rawValue: reason), processedAt: try reader.time())
        }
        if flags.contains(.fraud) {
            guard let reason = FraudReason(rawValue: try reader.next()) else { throw DocumentStateError(id: id) }
            document.fraud = FraudAlert(
                orderID: id, customerID: customer, reason: reason, amount: amount, country: country,
                detectedAt: try reader.time())
        }
        if flags.contains(.created) { document.createdSeenAt = try reader.time() }
        if flags.contains(.confirmed) { document.confirmedSeenAt = try reader.time() }
        if flags.contains(.cancelled) { document.cancelledSeenAt = try reader.time() }
        return document
    }

    private static func matches(_ order: Order, _ customer: Int64, _ amount: Money, _ country: CountryCode) -> Bool {
        order.customerID == customer && order.amount == amount && order.country == country
    }

    private static func append<Value: FixedWidthInteger>(_ value: Value, to bytes: inout [UInt8]) {
        withUnsafeBytes(of: value.littleEndian) { bytes.append(contentsOf: $0) }
    }

    private struct Reader {
        let bytes: UnsafeRawBufferPointer
        var position: Int
        let id: OrderID

        mutating func next<Value: FixedWidthInteger>() throws -> Value {
            let end = position + MemoryLayout<Value>.size
            guard end <= bytes.count else { throw DocumentStateError(id: id) }
            defer { position = end }
            return Value(littleEndian: bytes.loadUnaligned(fromByteOffset: position, as: Value.self))
        }

        mutating func time() throws -> Timestamp { Timestamp(millisecondsSinceEpoch: try next()) }
    }
}

extension OrderDocument: StateValue {
    public func encodeState(into bytes: inout [UInt8]) { DocumentState.encode(self, into: &bytes) }
    public static func decodeState(_ bytes: UnsafeRawBufferPointer, of id: OrderID) throws -> OrderDocument? {
        try DocumentState.decode(bytes, id: id)
    }
}

/// An aggregate's state is the JSON of its record.
struct AggregateState: StoredState {
    let aggregate: Aggregate

    static func decodeState(_ bytes: UnsafeRawBufferPointer, of _: AggregateKey) throws -> AggregateState? {
        AggregateState(aggregate: try Aggregate(json: bytes))
    }
}

/// The keyed state of an order cannot be read.
struct DocumentStateError: Error, CustomStringConvertible {
    let id: OrderID
    var description: String {
        "the state of order \(id) cannot be read: stop the service, delete its state directory and start again; it is restored from the log"
    }
}
