/// Which traces are recorded, by the names and rules of OpenTelemetry.
public struct Sampler: Hashable, Sendable {
    /// What is decided where nobody has decided before.
    public enum Root: Hashable, Sendable {
        case on
        case off
        /// This part of the traces, 0 to 1.
        case ratio(Double)
    }

    public var root: Root
    /// Whether a decision that comes with a request or a record is followed.
    public var followsParent: Bool

    public init(_ root: Root, followsParent: Bool = true) {
        self.root = root
        self.followsParent = followsParent
    }

    /// The sampler of this name (`OTEL_TRACES_SAMPLER`); nil: there is none.
    ///
    /// - Parameter ratio: `OTEL_TRACES_SAMPLER_ARG`, for those that have one; by default 1.
    public init?(name: String, ratio: Double = 1) {
        switch name {
        case "always_on": self.init(.on, followsParent: false)
        case "always_off": self.init(.off, followsParent: false)
        case "traceidratio": self.init(.ratio(ratio), followsParent: false)
        case "parentbased_always_on": self.init(.on)
        case "parentbased_always_off": self.init(.off)
        case "parentbased_traceidratio": self.init(.ratio(ratio))
        default: return nil
        }
    }

    /// The names, in the order of the specification.
    public static let names = [
        "always_on", "always_off", "traceidratio", "parentbased_always_on", "parentbased_always_off",
        "parentbased_traceidratio",
    ]

    /// Whether a span of this trace is recorded.
    public func samples(_ traceID: TraceID, parent: SpanContext?) -> Bool {
        if followsParent, let parent { return parent.isSampled }
        return switch root {
        case .on: true
        case .off: false
        // By the id, so that everybody with the same ratio decides alike.
        case .ratio(let ratio): ratio >= 1 || Double(traceID.low >> 1) < ratio * 0x1p63
        }
    }
}
