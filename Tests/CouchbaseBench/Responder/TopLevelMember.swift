import NIOCore

/// Finds a member of a JSON object without parsing the rest.
enum TopLevelMember {
    /// The bytes of the value; nil where there is none.
    static func find(_ name: ByteBuffer, in json: ByteBuffer) -> ByteBuffer? {
        json.withUnsafeReadableBytes { bytes in
            name.withUnsafeReadableBytes { name in range(of: name, in: bytes) }
        }.flatMap { json.getSlice(at: json.readerIndex + $0.lowerBound, length: $0.count) }
    }

    private static func range(of name: UnsafeRawBufferPointer, in json: UnsafeRawBufferPointer) -> Range<Int>? {
        var place = 0
        var depth = 0
        while place < json.count {
            switch json[place] {
            case UInt8(ascii: "{"), UInt8(ascii: "["): depth += 1
            case UInt8(ascii: "}"), UInt8(ascii: "]"): depth -= 1
            case UInt8(ascii: "\""):
                let end = endOfString(from: place, in: json)
                let key = place + 1..<end - 1
                place = end
                guard depth == 1 else { continue }
                let colon = skipSpace(from: end, in: json)
                guard colon < json.count, json[colon] == UInt8(ascii: ":") else { continue }
                let start = skipSpace(from: colon + 1, in: json)
                let finish = endOfValue(from: start, in: json)
                if key.count == name.count, zip(key, name).allSatisfy({ json[$0] == $1 }) { return start..<finish }
                place = finish
                continue
            default: break
            }
            place += 1
        }
        return nil
    }

    private static func skipSpace(from start: Int, in json: UnsafeRawBufferPointer) -> Int {
        var place = start
        while place < json.count, [0x20, 0x09, 0x0a, 0x0d].contains(json[place]) { place += 1 }
        return place
    }

    private static func endOfString(from start: Int, in json: UnsafeRawBufferPointer) -> Int {
        var place = start + 1
        while place < json.count, json[place] != UInt8(ascii: "\"") {
            place += json[place] == UInt8(ascii: "\\") ? 2 : 1
        }
        return min(place + 1, json.count)
    }

    private static func endOfValue(from start: Int, in json: UnsafeRawBufferPointer) -> Int {
        var place = start
        var depth = 0
        while place < json.count {
            switch json[place] {
            case UInt8(ascii: "{"), UInt8(ascii: "["): depth += 1
            case UInt8(ascii: "}"), UInt8(ascii: "]"), UInt8(ascii: ","):
                if depth == 0 { return place }
                if json[place] != UInt8(ascii: ",") { depth -= 1 }
            case UInt8(ascii: "\""):
                place = endOfString(from: place, in: json)
                continue
            default: break
            }
            place += 1
        }
        return place
    }
}
