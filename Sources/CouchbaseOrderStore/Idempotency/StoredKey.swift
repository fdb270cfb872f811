import Crypto
import Foundation
import OrderEvents
import OrderStore

/// An idempotency key as it is stored, until it expires.
struct StoredKey: Codable, Sendable {
    /// The client's own text; nil in what a version wrote that kept only the digest in the document's key.
    let key: String?
    /// SHA-256 of the request, or whatever the caller chose, in hexadecimal.
    let request_hash: String
    let order_id: Int64
    let reserved_at: Int64
    var completed_at: Int64?
    /// Who reserved it: so a reservation whose answer was lost is recognized.
    let holder: String

    /// Not inlined: the optimizer of Swift 6.3 fails on it within a function that waits.
    @inline(never)
    init(_ key: IdempotencyKey) {
        self.key = key.key
        request_hash = Self.hexadecimal(key.requestHash)
        order_id = key.orderID.rawValue
        reserved_at = key.reservedAt.millisecondsSinceEpoch
        completed_at = key.completedAt?.millisecondsSinceEpoch
        holder = UUID().uuidString
    }

    /// The key for other stores; nil without its text.
    /// - Throws: ``OrderStoreError/Code/corrupt`` for what no store has written.
    func record(of store: String) throws(OrderStoreError) -> IdempotencyKey? {
        guard let key else { return nil }
        guard let orderID = OrderID(order_id), let hash = Self.bytes(request_hash) else {
            throw OrderStoreError(.corrupt, "\(store): a stored idempotency key has no order, or no request")
        }
        return IdempotencyKey(
            key: key, requestHash: hash, orderID: orderID,
            reservedAt: Timestamp(millisecondsSinceEpoch: reserved_at),
            completedAt: completed_at.map(Timestamp.init(millisecondsSinceEpoch:)))
    }

    /// Any text is a key, and a document's key is shorter than some.
    static func documentKey(_ key: String) -> String { hexadecimal(SHA256.hash(data: Data(key.utf8))) }

    static func hexadecimal(_ bytes: some Sequence<UInt8>) -> String {
        let digits = Array("0123456789abcdef".utf8)
        return String(decoding: bytes.flatMap { [digits[Int($0 >> 4)], digits[Int($0 & 15)]] }, as: UTF8.self)
    }

    private static func bytes(_ hexadecimal: String) -> [UInt8]? {
        let digits = Array(hexadecimal.utf8)
        guard digits.count.isMultiple(of: 2) else { return nil }
        var bytes: [UInt8] = []
        for place in stride(from: 0, to: digits.count, by: 2) {
            guard let byte = UInt8(String(decoding: digits[place..<place + 2], as: UTF8.self), radix: 16) else {
                return nil
            }
            bytes.append(byte)
        }
        return bytes
    }
}
