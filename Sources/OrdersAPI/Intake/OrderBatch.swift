import HTTPTypes
import NIOCore
import OrderEvents

/// The orders of a request's body, still as bytes: one JSON object, an array of them, or one a line.
///
/// Splitting only finds where each order begins and ends; whether it is one is seen when it is read. So one order that
/// is wrong does not take the others with it.
enum OrderBatch: Equatable {
    case one(ByteBuffer)
    case many([ByteBuffer])

    /// Orders of one request.
    static let maximumOrders = 1_000
    /// Bytes of a batch.
    static let maximumBodyBytes = 1_048_576

    /// - Throws: a problem where the body is no batch, has no order, or more than ``maximumOrders``.
    init(_ body: ByteBuffer, isLines: Bool) throws(Problem) {
        let bytes = body.readableBytesView
        let first = bytes.firstIndex { !Self.isSpace($0) }
        if !isLines, first.map({ bytes[$0] != UInt8(ascii: "[") }) ?? true {
            guard body.readableBytes <= OrderIntake.maximumBodyBytes else {
                throw .contentTooLarge(maximumBytes: OrderIntake.maximumBodyBytes)
            }
            self = .one(body)
            return
        }
        let parts = isLines ? Self.lines(bytes) : try Self.elements(bytes)
        guard !parts.isEmpty else { throw .badRequest("The batch has no order") }
        guard parts.count <= Self.maximumOrders else {
            throw Problem(
                slug: "batch-too-large", title: "Content too large", status: .contentTooLarge,
                detail: "The batch has \(parts.count) orders or more; at most \(Self.maximumOrders) are taken at once")
        }
        self = .many(parts.map { ByteBuffer(bytes: $0) })
    }

    private static func lines(_ bytes: ByteBufferView) -> [ByteBufferView] {
        bytes.split(separator: 0x0A, maxSplits: .max).filter { !$0.allSatisfy(isSpace) }
    }

    /// The elements of the array: what stands between its commas, at its own depth and outside of strings.
    private static func elements(_ bytes: ByteBufferView) throws(Problem) -> [ByteBufferView] {
        var elements: [ByteBufferView] = []
        var (depth, isString, isEscaped) = (0, false, false)
        var start = bytes.startIndex
        for (place, byte) in zip(bytes.indices, bytes) {
            if isString {
                if isEscaped {
                    isEscaped = false
                } else if byte == 0x5C {
                    isEscaped = true
                } else if byte == 0x22 {
                    isString = false
                }
                continue
            }
            switch byte {
            case 0x22: isString = true
            case 0x5B, 0x7B:
                depth += 1
                if depth == 1 { start = place + 1 }
            case 0x5D, 0x7D:
                depth -= 1
                guard depth == 0 else { continue }
                guard byte == 0x5D, bytes[(place + 1)...].allSatisfy(isSpace) else { throw .brokenArray }
                let last = bytes[start..<place]
                if !last.allSatisfy(isSpace) { elements.append(last) } else if !elements.isEmpty { throw .brokenArray }
                return elements
            case 0x2C where depth == 1:
                elements.append(bytes[start..<place])
                start = place + 1
                if elements.count > maximumOrders { return elements }
            default: break
            }
        }
        throw .brokenArray
    }

    private static func isSpace(_ byte: UInt8) -> Bool { byte == 0x20 || (0x09...0x0D).contains(byte) }
}

extension Problem {
    fileprivate static var brokenArray: Problem {
        Problem(
            slug: "malformed-json", title: "Malformed JSON", status: .badRequest,
            detail: "The body begins as a JSON array and does not end as one")
    }
}
