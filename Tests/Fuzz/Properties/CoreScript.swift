/// The `core` target's input as steps, so that any bytes are a script:
///
///     step:  what u8 · (pause: nothing | frame: length u16 · frame)
///
/// `what` with its top bit set is a pause of (its low six bits)² × 8 ms; with the second bit set too, the connection that the two low bits tell is
/// closed first. Else it announces a frame: bits 0 and 1 are the connection, bit 2 leaves the storage waiting, bit 3 leaves the
/// batches' checksums as they are.
struct CoreScript {
    enum Step {
        case pause(milliseconds: Int64, closing: UInt64?)
        case frame(ArraySlice<UInt8>, connection: UInt64, settles: Bool, mends: Bool)
    }

    /// More would only be slow.
    static let maximumSteps = 48

    let steps: [Step]

    init(_ input: UnsafeRawBufferPointer) {
        let bytes = Array(input)
        var steps: [Step] = []
        var position = 0
        while position < bytes.count, steps.count < Self.maximumSteps {
            let what = bytes[position]
            position += 1
            if what & 0x80 != 0 {
                let unit = Int64(what & 0x3f)
                steps.append(.pause(milliseconds: unit * unit * 8, closing: what & 0x40 != 0 ? UInt64(what & 3) : nil))
                continue
            }
            guard bytes.count - position >= 2 else { break }
            let length = Int(bytes[position]) << 8 | Int(bytes[position + 1])
            position += 2
            let end = min(bytes.count, position + length)
            steps.append(
                .frame(
                    bytes[position..<end], connection: UInt64(what & 3), settles: what & 4 == 0, mends: what & 8 == 0))
            position = end
        }
        self.steps = steps
    }
}
