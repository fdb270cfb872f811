import TestSupport

/// Damages bytes in the ways that break parsers.
struct Mutator {
    enum Alphabet { case anyByte, printable }

    private var random: SeededGenerator

    init(seed: UInt64) { random = SeededGenerator(seed: seed) }

    private static let tokens = [
        "{", "}", "[", "]", ",", ":", "\"", "\\", "\\u", "\\ud83d\\ude42", "\\\"", "null", "true", "-", "-0", "0", "00",
        "1e999",
        "1e-999", "1e99999999999999999999", "9223372036854775807", "9223372036854775808", "18446744073709551616",
        "-9223372036854775809",
        "0.1", ".", "e", "E+", "99999999999999999999999999999999999999", "\"\"", " ", "\n", "{}", "[]", "[[[[[[[[",
        "\"amount\":",
        "\"order_id\":1,", "\"currency\":\"JPY\",", "\"9999-12-31T23:59:60Z\"", "\"1970-01-01T00:00:00+23:59\"",
    ]

    /// One to four changes.
    mutating func mutate(_ input: [UInt8], alphabet: Alphabet = .anyByte) -> [UInt8] {
        var bytes = input
        for _ in 0...random.next() % 4 { change(&bytes, alphabet) }
        return bytes
    }

    /// Bytes without any form, or out of JSON's alphabet.
    mutating func noise() -> [UInt8] {
        let letters = Array("{}[]:,\"\\ truefalsnl0123456789.eE+-\u{0}\u{7F}".utf8)
        let isRandom = random.next() % 2 == 0
        return (0..<random.next() % 200).map { _ in
            isRandom ? UInt8(truncatingIfNeeded: random.next()) : letters.randomElement(using: &random)!
        }
    }

    private mutating func change(_ bytes: inout [UInt8], _ alphabet: Alphabet) {
        let place = Int(random.next() % UInt64(bytes.count + 1))
        let length = min(bytes.count - place, Int(random.next() % 12))
        switch random.next() % 8 {
        case 0 where place < bytes.count: bytes[place] = byte(alphabet)
        case 1 where place < bytes.count && alphabet == .anyByte: bytes[place] ^= 1 << UInt8(random.next() % 8)
        case 2: bytes.removeSubrange(place..<place + length)
        case 3: bytes.insert(byte(alphabet), at: place)
        case 4:
            bytes.insert(contentsOf: bytes[place..<place + length], at: Int(random.next() % UInt64(bytes.count + 1)))
        case 5: bytes.removeSubrange(place...)
        case 6: bytes.insert(contentsOf: Mutator.tokens.randomElement(using: &random)!.utf8, at: place)
        default:
            let token = Array(Mutator.tokens.randomElement(using: &random)!.utf8)
            bytes.replaceSubrange(place..<place + length, with: token)
        }
    }

    private mutating func byte(_ alphabet: Alphabet) -> UInt8 {
        switch alphabet {
        case .anyByte: UInt8(truncatingIfNeeded: random.next())
        case .printable: UInt8(0x20 + random.next() % 0x5F)
        }
    }

    /// Where Foundation's reader stays behind RFC 8259: it refuses lone surrogates and numbers that no
    /// double holds, and takes a comma before a closing bracket.
    static func foundationDiffers(_ input: [UInt8]) -> Bool {
        let text = String(decoding: input, as: UTF8.self).lowercased()
        return text.contains("\\ud") || text.contains(/[0-9.]e[+-]?[0-9]{3}/)
            || text.contains(/,[ \t\r\n]*[}\]]/)
    }
}
