import TestSupport

/// Any JSON value, for tests that write the same event in other ways. Numbers keep their text.
indirect enum JSONTree {
    case object([(name: String, value: JSONTree)])
    case array([JSONTree])
    case string(String)
    case number(String)
    case word(String)

    /// Reads what this platform's encoders write: valid, without white space or escapes.
    init(compact text: String) {
        var rest = text[...]
        self = JSONTree.read(&rest)
        precondition(rest.isEmpty)
    }

    private static func read(_ rest: inout Substring) -> JSONTree {
        switch rest.first {
        case "{":
            return .object(
                members(&rest, "}") { rest in
                    guard case .string(let name) = read(&rest) else { preconditionFailure("a name is a string") }
                    rest.removeFirst()
                    return (name, read(&rest))
                })
        case "[": return .array(members(&rest, "]") { read(&$0) })
        case "\"":
            rest.removeFirst()
            let text = rest.prefix { $0 != "\"" }
            rest = rest.dropFirst(text.count + 1)
            return .string(String(text))
        default:
            let text = rest.prefix { !",]}".contains($0) }
            rest = rest.dropFirst(text.count)
            return text.first?.isLetter == true ? .word(String(text)) : .number(String(text))
        }
    }

    private static func members<Member>(
        _ rest: inout Substring, _ end: Character, _ member: (inout Substring) -> Member
    ) -> [Member] {
        var all: [Member] = []
        rest.removeFirst()
        while rest.first != end {
            if rest.first == "," { rest.removeFirst() }
            all.append(member(&rest))
        }
        rest.removeFirst()
        return all
    }
}

extension JSONTree {
    /// The same value, written with fields in another order, white space, escapes, other spellings of numbers,
    /// and fields that nobody knows.
    func rewritten(_ random: inout SeededGenerator, name: String = "") -> String {
        let space = [" ", "", "", "", "\n", "\t", "\r\n  "].randomElement(using: &random)!
        switch self {
        case .object(var members):
            if random.next() % 3 == 0 {
                members.append((name: "x\(random.next() % 7)", value: .junk(&random, depth: 0)))
            }
            members.shuffle(using: &random)
            let texts = members.map { member in
                let value = member.value.rewritten(&random, name: member.name)
                return "\(space)\(JSONTree.quoted(member.name, &random))\(space):\(space)\(value)"
            }
            return "{\(texts.joined(separator: space + ","))\(space)}"
        case .array(var elements):
            // Cells are sorted on reading, their order on the wire says nothing.
            if name == "cells" { elements.shuffle(using: &random) }
            return "[\(space)\(elements.map { $0.rewritten(&random) }.joined(separator: "\(space),\(space)"))]"
        case .string(let text): return JSONTree.quoted(text, &random)
        case .number(let text):
            let number = JSONTree.spelledDifferently(text, &random)
            let mayBeQuoted = name == "amount" || name == "sales" || name.hasSuffix("_amount")
            return mayBeQuoted && random.next() % 4 == 0 ? JSONTree.quoted(number, &random) : number
        case .word(let text): return text
        }
    }

    static func quoted(_ text: String, _ random: inout SeededGenerator) -> String {
        var result = "\""
        for unit in text.utf16 {
            let isPlain = unit >= 0x20 && unit < 0x7F && unit != 0x22 && unit != 0x5C
            if isPlain, random.next() % 16 != 0 {
                result.unicodeScalars.append(Unicode.Scalar(UInt8(unit)))
            } else {
                let digits = String(unit, radix: 16, uppercase: random.next() % 2 == 0)
                result += "\\u" + String(repeating: "0", count: 4 - digits.count) + digits
            }
        }
        return result + "\""
    }

    /// The same number: with zeros at the end, an exponent, or both.
    private static func spelledDifferently(_ text: String, _ random: inout SeededGenerator) -> String {
        guard !text.contains("e"), text != "0" else { return text }
        switch random.next() % 5 {
        case 0: return text + (text.contains(".") ? "000000000000000000000" : ".0")
        case 1: return text + "e0"
        case 2: return text + (text.contains(".") ? "0E+00" : "00e-2")
        case 3:
            guard text.count < 18 else { return text }
            let digits = text.replacing(".", with: "").replacing("-", with: "").drop { $0 == "0" }
            let decimals = text.split(separator: ".").dropFirst().first?.count ?? 0
            return (text.hasPrefix("-") ? "-" : "") + (digits.isEmpty ? "0" : digits) + "e-\(decimals)"
        default: return text
        }
    }

    private static func junk(_ random: inout SeededGenerator, depth: Int) -> JSONTree {
        switch random.next() % (depth > 3 ? 4 : 6) {
        case 0: return .string("é🙂\"\\\n")
        case 1: return .number("-12.5e-7")
        case 2: return .word(["true", "false", "null"].randomElement(using: &random)!)
        case 3: return .number("123456789012345678901234567890")
        case 4: return .array((0..<random.next() % 4).map { _ in .junk(&random, depth: depth + 1) })
        default: return .object((0..<random.next() % 3).map { ("order_id\($0)", .junk(&random, depth: depth + 1)) })
        }
    }
}
