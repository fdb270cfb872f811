import CCompression

/// Compressed streams as the strictest of the common clients reads them, read without the broker's code.
///
/// One frame from the first byte to the last, no feature that a client lacks. Gives what the stream holds, nil for all others.
enum StrictStreams {
    static func gzip(_ bytes: [UInt8]) -> [UInt8]? {
        guard bytes.count >= 18, bytes[0] == 0x1f, bytes[1] == 0x8b, bytes[2] == 8, bytes[3] & 0xe0 == 0 else {
            return nil
        }
        let flags = bytes[3]
        var position = 10
        if flags & 4 != 0 {
            guard let length = little(bytes, position, 2) else { return nil }
            position += 2 + Int(length)
        }
        for flag in [8, 16] as [UInt8] where flags & flag != 0 {
            guard position < bytes.count, let end = bytes[position...].firstIndex(of: 0) else { return nil }
            position = end + 1
        }
        if flags & 2 != 0 {
            guard position <= bytes.count, little(bytes, position, 2) == UInt64(checksum(bytes[..<position])) & 0xffff
            else { return nil }
            position += 2
        }
        guard position < bytes.count, let (content, used) = inflated(bytes[position...]) else { return nil }
        position += used
        guard position + 8 == bytes.count, little(bytes, position, 4) == UInt64(checksum(content[...])),
            little(bytes, position + 4, 4) == UInt64(UInt32(truncatingIfNeeded: content.count))
        else { return nil }
        return content
    }

    private static func checksum(_ bytes: ArraySlice<UInt8>) -> UInt32 {
        UInt32(bytes.withUnsafeBufferPointer { crc32(0, $0.baseAddress, UInt32($0.count)) })
    }

    private static func inflated(_ bytes: ArraySlice<UInt8>) -> (content: [UInt8], used: Int)? {
        var stream = z_stream()
        guard inflateInit2_(&stream, -15, ZLIB_VERSION, Int32(MemoryLayout<z_stream>.size)) == Z_OK else { return nil }
        defer { inflateEnd(&stream) }
        var input = Array(bytes)
        var content: [UInt8] = []
        var chunk = [UInt8](repeating: 0, count: 4096)
        return input.withUnsafeMutableBufferPointer { source in
            stream.next_in = source.baseAddress
            stream.avail_in = UInt32(source.count)
            while true {
                let status = chunk.withUnsafeMutableBufferPointer { target in
                    stream.next_out = target.baseAddress
                    stream.avail_out = UInt32(target.count)
                    return inflate(&stream, Z_NO_FLUSH)
                }
                content += chunk.prefix(chunk.count - Int(stream.avail_out))
                if status == Z_STREAM_END { return (content, source.count - Int(stream.avail_in)) }
                guard status == Z_OK, content.count <= 1 << 22 else { return nil }
            }
        }
    }

    static func zstd(_ bytes: [UInt8]) -> [UInt8]? {
        guard little(bytes, 0, 4) == 0xFD2F_B528, ZSTD_findFrameCompressedSize(bytes, bytes.count) == bytes.count,
            windowIsSmall(bytes)
        else { return nil }
        var content = [UInt8](repeating: 0, count: 1 << 22)
        let size = ZSTD_decompress(&content, content.count, bytes, bytes.count)
        return ZSTD_isError(size) == 0 ? Array(content.prefix(size)) : nil
    }

    /// RFC 8878, 3.1.1.1.2: a frame in a single segment has its content for a window.
    private static func windowIsSmall(_ bytes: [UInt8]) -> Bool {
        let limit: UInt64 = 8 << 20
        if bytes[4] & 0x20 != 0 { return ZSTD_getFrameContentSize(bytes, bytes.count) <= limit }
        let base = UInt64(1) << (10 + UInt64(bytes[5] >> 3))
        return base + base / 8 * UInt64(bytes[5] & 7) <= limit
    }

    static func snappy(_ bytes: [UInt8]) -> [UInt8]? {
        guard bytes.starts(with: [0x82, 0x53, 0x4e, 0x41, 0x50, 0x50, 0x59, 0]), bytes.count >= 16 else {
            return snappyBlock(bytes[...])
        }
        guard big(bytes, 8) == 1, big(bytes, 12) == 1 else { return nil }
        var content: [UInt8] = []
        var position = 16
        while position < bytes.count {
            guard let length = big(bytes, position), position + 4 + Int(length) <= bytes.count,
                let block = snappyBlock(bytes[position + 4..<position + 4 + Int(length)])
            else { return nil }
            content += block
            position += 4 + Int(length)
        }
        return content
    }

    /// One raw block: its length, then literals and copies.
    private static func snappyBlock(_ bytes: ArraySlice<UInt8>) -> [UInt8]? {
        var rest = bytes
        var length: UInt64 = 0
        for shift in stride(from: UInt64(0), to: 35, by: 7) {
            guard let byte = rest.popFirst() else { return nil }
            length |= UInt64(byte & 0x7f) << shift
            if byte & 0x80 == 0 { break }
            if shift == 28 { return nil }
        }
        guard length <= 1 << 22 else { return nil }
        var content: [UInt8] = []
        while let tag = rest.popFirst() {
            var size = Int(tag >> 2) + 1
            if tag & 3 == 0 {
                if size > 60 {
                    let extra = size - 60
                    guard rest.count >= extra else { return nil }
                    size = Int(little(Array(rest.prefix(extra)), 0, extra) ?? 0) + 1
                    rest = rest.dropFirst(extra)
                }
                guard rest.count >= size else { return nil }
                content += rest.prefix(size)
                rest = rest.dropFirst(size)
            } else {
                let extra = [0, 1, 2, 4][Int(tag & 3)]
                guard rest.count >= extra, var offset = little(Array(rest.prefix(extra)), 0, extra) else { return nil }
                rest = rest.dropFirst(extra)
                if tag & 3 == 1 {
                    offset |= UInt64(tag & 0xe0) << 3
                    size = Int(tag >> 2 & 7) + 4
                }
                guard copy(Int(offset), size, in: &content) else { return nil }
            }
            guard content.count <= Int(length) else { return nil }
        }
        return content.count == Int(length) ? content : nil
    }

    /// Repeats what stands `offset` bytes before the end.
    static func copy(_ offset: Int, _ count: Int, in content: inout [UInt8]) -> Bool {
        guard offset > 0, offset <= content.count, count <= 1 << 22 else { return false }
        for _ in 0..<count { content.append(content[content.count - offset]) }
        return true
    }

    static func little(_ bytes: [UInt8], _ position: Int, _ count: Int) -> UInt64? {
        guard position >= 0, position + count <= bytes.count else { return nil }
        return (0..<count).reduce(0) { $0 | UInt64(bytes[position + $1]) << (8 * UInt64($1)) }
    }

    private static func big(_ bytes: [UInt8], _ position: Int) -> UInt32? {
        guard position + 4 <= bytes.count else { return nil }
        return (0..<4).reduce(0) { $0 << 8 | UInt32(bytes[position + $1]) }
    }
}
