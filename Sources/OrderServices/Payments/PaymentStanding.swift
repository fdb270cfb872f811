import OrderEvents
import StreamProcessing

/// What payments knows of an order.
enum PaymentStanding: Hashable {
    /// It has its outcome: nothing is ever asked again.
    case settled
    /// An event of it was seen, and nothing was charged: it came as CANCELLED, or the processor refused it. What its
    /// first event fixed is what may still be charged.
    case open(OrderTerms)
}

extension PaymentStanding: StateValue {
    private static let settledByte: UInt8 = 1
    private static let openByte: UInt8 = 2
    private static let openBytes = 31

    /// Its keyed state: one byte, which is 1; or 2, then customer, minor units, currency, country and created_at,
    /// little-endian.
    func encodeState(into bytes: inout [UInt8]) {
        guard case .open(let terms) = self else { return bytes.append(Self.settledByte) }
        func append(_ value: some FixedWidthInteger) {
            withUnsafeBytes(of: value.littleEndian) { bytes.append(contentsOf: $0) }
        }
        bytes.append(Self.openByte)
        append(terms.customerID)
        append(terms.amount.minorUnits)
        append(terms.amount.currency.packed)
        append(terms.country.packed)
        append(terms.createdAt.millisecondsSinceEpoch)
    }

    static func decodeState(_ bytes: UnsafeRawBufferPointer, of _: OrderID) -> PaymentStanding? {
        if bytes.count == 1, bytes[0] == settledByte { return .settled }
        guard bytes.count == openBytes, bytes[0] == openByte,
            let currency = Currency(
                packed: UInt32(littleEndian: bytes.loadUnaligned(fromByteOffset: 17, as: UInt32.self))),
            let country = CountryCode(
                packed: UInt16(littleEndian: bytes.loadUnaligned(fromByteOffset: 21, as: UInt16.self)))
        else { return nil }
        func number(at place: Int) -> Int64 {
            Int64(littleEndian: bytes.loadUnaligned(fromByteOffset: place, as: Int64.self))
        }
        return .open(
            OrderTerms(
                customerID: number(at: 1), amount: Money(minorUnits: number(at: 9), currency: currency),
                country: country,
                createdAt: Timestamp(millisecondsSinceEpoch: number(at: 23))))
    }
}
