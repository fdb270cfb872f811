import NIOCore
import TestSupport

@testable import Couchbase

extension ByteBuffer {
    static func random(count: ClosedRange<Int>, using generator: inout SeededGenerator) -> ByteBuffer {
        let size = Int.random(in: count, using: &generator)
        return ByteBuffer(bytes: (0..<size).map { _ in UInt8.random(in: 0...255, using: &generator) })
    }
}

extension RequestFrame {
    static func random(using generator: inout SeededGenerator) -> RequestFrame {
        var framing: [RequestFrameItem] = []
        let isFromServer = Int.random(in: 0..<4, using: &generator) == 0
        if !isFromServer {
            if Bool.random(using: &generator) {
                let timeout = Bool.random(using: &generator) ? UInt16.random(in: 1...65_534, using: &generator) : nil
                framing.append(
                    .durability(level: UInt8.random(in: 1...3, using: &generator), timeoutMilliseconds: timeout))
            }
            if Bool.random(using: &generator) { framing.append(.preserveExpiry) }
            if Bool.random(using: &generator) {
                let id = Int.random(in: 6...FrameItem.largestID, using: &generator)
                framing.append(.other(FrameItem(id: id, payload: .random(count: 0...40, using: &generator))))
            }
        }
        return RequestFrame(
            opcode: Opcode(rawValue: .random(in: 0...255, using: &generator)), isFromServer: isFromServer,
            dataType: DataType(rawValue: .random(in: 0...7, using: &generator)),
            vbucket: .random(in: 0...1_023, using: &generator), opaque: .random(in: 0...UInt32.max, using: &generator),
            cas: .random(in: 0...UInt64.max, using: &generator), framing: framing,
            extras: .random(count: 0...24, using: &generator),
            key: .random(count: 0...250, using: &generator), value: .random(count: 0...2_000, using: &generator))
    }
}

extension ResponseFrame {
    static func random(using generator: inout SeededGenerator) -> ResponseFrame {
        var framing: [FrameItem] = []
        let isFromClient = Int.random(in: 0..<8, using: &generator) == 0
        if !isFromClient, Bool.random(using: &generator) {
            framing.append(FrameItem(id: 0, payload: .random(count: 2...2, using: &generator)))
            framing.append(FrameItem(id: .random(in: 1...40, using: &generator)))
        }
        return ResponseFrame(
            opcode: Opcode(rawValue: .random(in: 0...255, using: &generator)), isFromClient: isFromClient,
            status: Status(rawValue: .random(in: 0...0xffff, using: &generator)),
            dataType: DataType(rawValue: .random(in: 0...7, using: &generator)),
            opaque: .random(in: 0...UInt32.max, using: &generator), cas: .random(in: 0...UInt64.max, using: &generator),
            framing: framing, extras: .random(count: 0...24, using: &generator),
            key: .random(count: 0...250, using: &generator), value: .random(count: 0...2_000, using: &generator))
    }
}
