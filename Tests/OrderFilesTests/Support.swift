import OrderEvents

@testable import OrderFiles

/// What a file's text gives, read in pieces of `piece` bytes.
struct Reading {
    var orders: [Order] = []
    var lines: [Int] = []
    var rejected: [RejectedRecord] = []
    var reader: OrderFileReader

    static let time = Timestamp(rfc3339: "2026-02-03T04:05:06Z")!

    init(_ text: String, piece: Int = 1 << 20, format: OrderFileReader.Format? = nil) throws {
        try self.init(bytes: Array(text.utf8), piece: piece, format: format)
    }

    init(bytes: [UInt8], piece: Int = 1 << 20, format: OrderFileReader.Format? = nil) throws {
        reader = OrderFileReader(format: format, createdAt: Self.time, now: Self.time)
        var input = OrderFileInput()
        var place = 0
        while place < bytes.count {
            let end = min(place + piece, bytes.count)
            try bytes[place..<end].withUnsafeBytes { try input.push($0, isLast: false) { try push($0) } }
            place = end
        }
        try input.push(UnsafeRawBufferPointer(start: nil, count: 0), isLast: true) { try push($0) }
        try finish()
    }

    mutating func push(_ text: UnsafeRawBufferPointer) throws {
        var me = self
        try me.reader.push(text) { take($0) }
        reader = me.reader
    }

    mutating func finish() throws {
        var me = self
        try me.reader.finish { take($0) }
        reader = me.reader
    }

    private mutating func take(_ item: OrderFileItem) {
        switch item {
        case .order(let order, let line):
            orders.append(order)
            lines.append(line)
        case .rejected(let record): rejected.append(record)
        }
    }

    var ids: [Int64] { orders.map(\.id.rawValue) }
    var customers: [Int64] { orders.map(\.customerID) }
}

/// A row of the columns in ``header``.
func row(_ id: Int, amount: String = "12.50", separator: String = ",") -> String {
    ["\(id)", "\(id)", amount, "USD", "US", "2026-01-01T00:00:00Z"].joined(separator: separator)
}

let header = "order_id,customer_id,amount,currency,country,created_at"

func json(_ id: Int, more: String = "") -> String {
    #"{"order_id":\#(id),"customer_id":\#(id),"amount":"12.50","currency":"USD","country":"US","created_at":"2026-01-01T00:00:00Z"\#(more)}"#
}
