import Foundation

/// Names and passwords as RFC 4013 prepares them, so that one text has one form.
///
/// Done: other spaces become the space, invisible characters go, compatibility forms are replaced (NFKC), control,
/// private, unassigned and surrogate characters are refused. Not done: the check of mixed writing directions.
///
/// Most clients of Kafka send what they are given. So a server should take only what is left as it is: see
/// ``isPrepared(_:)``.
public enum SASLprep {
    /// The prepared text, nil where a character is not allowed.
    public static func prepare(_ text: String) -> String? {
        if text.utf8.allSatisfy({ (0x20...0x7E).contains($0) }) { return text }
        var mapped = String.UnicodeScalarView()
        for scalar in text.unicodeScalars where !isMappedToNothing(scalar) {
            mapped.append(scalar.properties.generalCategory == .spaceSeparator ? " " : scalar)
        }
        let normalized = String(mapped).precomposedStringWithCompatibilityMapping
        return normalized.unicodeScalars.allSatisfy(isAllowed) ? normalized : nil
    }

    /// Whether a text is the same before and after, byte by byte: every client sends it alike.
    public static func isPrepared(_ text: String) -> Bool {
        prepare(text).map { Array($0.utf8) } == Array(text.utf8)
    }

    /// RFC 3454, table B.1.
    private static func isMappedToNothing(_ scalar: Unicode.Scalar) -> Bool {
        switch scalar.value {
        case 0xAD, 0x34F, 0x1806, 0x180B...0x180D, 0x200B...0x200D, 0x2060, 0xFE00...0xFE0F, 0xFEFF: true
        default: false
        }
    }

    /// RFC 3454, tables C.1.2 to C.9 and A.1.
    private static func isAllowed(_ scalar: Unicode.Scalar) -> Bool {
        switch scalar.properties.generalCategory {
        case .control, .privateUse, .surrogate, .unassigned, .lineSeparator, .paragraphSeparator, .format: false
        case .spaceSeparator: scalar == " "
        default: !(0xFFF9...0xFFFD).contains(scalar.value) && !(0x2FF0...0x2FFB).contains(scalar.value)
        }
    }
}
