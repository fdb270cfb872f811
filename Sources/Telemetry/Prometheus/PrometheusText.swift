/// Writes the Prometheus text exposition format, version 0.0.4.
///
/// The format: one `# HELP` and one `# TYPE` line for a family, then its samples, one a line, each
/// `name{label="value",…} value`. Label values escape backslash, double quote and line feed; help texts
/// escape backslash and line feed. Source: "Exposition formats" in the Prometheus documentation.
public struct PrometheusText: Sendable {
    /// The media type of what this writes.
    public static let contentType = "text/plain; version=0.0.4; charset=utf-8"

    /// What was written so far, UTF-8.
    public private(set) var bytes: [UInt8] = []

    /// An empty page.
    public init() {
        bytes.reserveCapacity(16 * 1024)
    }

    /// Begins a family. `name` must already be a valid metric name.
    ///
    /// The line of the unit is OpenMetrics'; version 0.0.4 reads it as a comment.
    public mutating func family(
        _ name: String, kind: MetricDefinition.Kind, help: String, unit: MetricDefinition.Unit = .none
    ) {
        append("# HELP ")
        append(name)
        append(" ")
        appendEscaped(help, quotes: false)
        append("\n# TYPE ")
        append(name)
        append(" ")
        append(kind.rawValue)
        append("\n")
        guard unit != .none else { return }
        append("# UNIT ")
        append(name)
        append(" ")
        append(unit.rawValue)
        append("\n")
    }

    mutating func family(_ definition: MetricDefinition) {
        family(definition.name, kind: definition.kind, help: definition.help, unit: definition.unit)
    }

    /// Writes one sample. `labels` is the inside of the braces as ``renderLabels(_:)`` gives it, empty for none.
    public mutating func sample(_ name: String, labels: String = "", value: Double) {
        append(name)
        if !labels.isEmpty {
            append("{")
            append(labels)
            append("}")
        }
        append(" ")
        append(Self.number(value))
        append("\n")
    }

    /// The labels as they stand between the braces, sorted by name, values escaped.
    ///
    /// Names are made valid by ``labelName(_:)``; of two that become the same the first stands.
    public static func renderLabels(_ labels: [(String, String)]) -> String {
        var seen: Set<String> = []
        let valid = labels.map { (labelName($0.0), $0.1) }.filter { seen.insert($0.0).inserted }
        var text = PrometheusText()
        for (index, label) in valid.sorted(by: { $0.0 < $1.0 }).enumerated() {
            if index > 0 { text.append(",") }
            text.append(label.0)
            text.append("=\"")
            text.appendEscaped(label.1, quotes: true)
            text.append("\"")
        }
        return String(decoding: text.bytes, as: UTF8.self)
    }

    /// A sample's value: integers without a fraction, and the format's own words for what is not finite.
    static func number(_ value: Double) -> String {
        if value.isNaN { return "NaN" }
        if value.isInfinite { return value < 0 ? "-Inf" : "+Inf" }
        if value == value.rounded(), abs(value) < 9_007_199_254_740_992 { return String(Int64(value)) }
        return value.description
    }

    /// A valid metric name: A to Z, a to z, digits, `_` and `:`, not beginning with a digit; anything else becomes `_`.
    static func metricName(_ label: String) -> String {
        name(label, colon: true)
    }

    /// A valid label name. `le` belongs to histograms and names that begin with `__` to Prometheus: both get a prefix.
    static func labelName(_ label: String) -> String {
        let valid = name(label, colon: false)
        return valid == "le" || valid.hasPrefix("__") ? "exported_" + valid : valid
    }

    private static func name(_ label: String, colon: Bool) -> String {
        var result = ""
        for byte in label.utf8 {
            let letter = (byte | 0x20) >= 0x61 && (byte | 0x20) <= 0x7A
            let digit = byte >= 0x30 && byte <= 0x39
            if digit, result.isEmpty { result.append("_") }
            let keep = letter || digit || byte == 0x5F || (colon && byte == 0x3A)
            result.unicodeScalars.append(keep ? Unicode.Scalar(byte) : "_")
        }
        return result.isEmpty ? "_" : result
    }

    private mutating func append(_ text: String) {
        bytes.append(contentsOf: text.utf8)
    }

    private mutating func appendEscaped(_ text: String, quotes: Bool) {
        for byte in text.utf8 {
            switch byte {
            case 0x5C: append("\\\\")
            case 0x0A: append("\\n")
            case 0x22 where quotes: append("\\\"")
            default: bytes.append(byte)
            }
        }
    }
}
