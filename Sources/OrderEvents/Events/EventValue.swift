/// A value that travels on a topic: its JSON, and the key that decides its partition.
public protocol EventValue: Sendable {
    /// - Throws: what is wrong with the bytes, and where; never traps, whatever they are.
    init(json: UnsafeRawBufferPointer) throws(EventError)

    /// Appends the value's JSON, without white space.
    func encode(into bytes: inout JSONBytes)

    /// Appends the record key.
    func appendKey(to bytes: inout JSONBytes)
}

/// Bounds on what is read.
public enum EventLimits {
    /// The largest event taken from outside, in bytes.
    public static let maximumEventBytes = 65_536
    /// The largest aggregate read back, in bytes: what a broker takes by default.
    public static let maximumAggregateBytes = 1_048_576
    /// The range of a customer_id: a guest may be 0.
    public static let customerIDs: ClosedRange<Int64> = 0...OrderID.maximum
    static let orderIDs: ClosedRange<Int64> = 1...OrderID.maximum
    static let revisions: ClosedRange<Int64> = 0...OrderID.maximum
    /// There are no more orders than ids.
    static let counts: ClosedRange<Int64> = -OrderID.maximum...OrderID.maximum
}

/// Reads one value that fills the whole text.
enum EventDecoding {
    /// Stops at the first problem.
    @inline(__always)
    static func decode<Value>(
        _ json: UnsafeRawBufferPointer, limit: Int = EventLimits.maximumEventBytes,
        _ read: (inout JSONScanner, inout FieldIssues) throws(EventError) -> Value?
    ) throws(EventError) -> Value {
        guard json.count <= limit else { throw tooLarge(json.count, limit) }
        var scanner = JSONScanner(json)
        var issues = FieldIssues(collectsAll: false)
        let value = try read(&scanner, &issues)
        try scanner.finish()
        // Without a value there was an issue, and the first issue was thrown.
        guard let value else { throw EventError(.missingField, detail: "a field is missing") }
        return value
    }

    /// Finds every wrong field.
    static func validate<Value>(
        _ json: UnsafeRawBufferPointer,
        _ read: (inout JSONScanner, inout FieldIssues) throws(EventError) -> Value?
    ) -> Result<Value, EventErrors> {
        let limit = EventLimits.maximumEventBytes
        guard json.count <= limit else { return .failure(EventErrors([tooLarge(json.count, limit)])) }
        var scanner = JSONScanner(json)
        var issues = FieldIssues(collectsAll: true)
        do throws(EventError) {
            let value = try read(&scanner, &issues)
            try scanner.finish()
            if let value, issues.found.isEmpty { return .success(value) }
            return .failure(EventErrors(issues.found))
        } catch {
            return .failure(EventErrors([error]))
        }
    }

    @inline(never)
    private static func tooLarge(_ count: Int, _ limit: Int) -> EventError {
        EventError(.tooLarge, detail: "the event has \(count) bytes; at most \(limit) are taken")
    }
}
