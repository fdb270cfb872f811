/// Hexadecimal digits in lower case, which are the only ones that W3C trace context allows.
enum Hex {
    private static let digits = Array("0123456789abcdef".utf8)

    /// The number that at most 16 digits write; nil where one is no digit, or in upper case.
    static func number(_ digits: some Collection<UInt8>) -> UInt64? {
        var number: UInt64 = 0
        for byte in digits {
            let digit: UInt8
            switch byte {
            case UInt8(ascii: "0")...UInt8(ascii: "9"): digit = byte - UInt8(ascii: "0")
            case UInt8(ascii: "a")...UInt8(ascii: "f"): digit = byte - UInt8(ascii: "a") + 10
            default: return nil
            }
            number = number << 4 | UInt64(digit)
        }
        return number
    }

    /// All 16 digits.
    static func text(of number: UInt64) -> String {
        String(unsafeUninitializedCapacity: 16) { buffer in
            for place in 0..<16 { buffer[place] = digits[Int(number >> UInt64(60 - 4 * place) & 0xF)] }
            return 16
        }
    }

    /// All 8 bytes, the highest first.
    static func bytes(of number: UInt64) -> [UInt8] { withUnsafeBytes(of: number.bigEndian) { Array($0) } }
}
