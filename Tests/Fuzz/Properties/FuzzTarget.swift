/// What can be fed with arbitrary bytes.
///
/// The same code runs under libFuzzer (`make fuzz`) and, over the corpus and its mutations, in `swift test`.
public enum FuzzTarget: String, CaseIterable, Sendable {
    /// Events as JSON: the input is the text of one.
    case json
    /// The broker's request decoder: the input is one frame without its length prefix.
    case request
    /// The record-batch reader: the input is a produced record section.
    case batch
    /// What producers send compressed: the input says how a stream is written, see ``CodecScript``.
    case codec
    /// Recovery from the journal: the input is a journal file.
    case journal
    /// The other files of a data directory: the input is a checkpoint, an index file or a segment.
    case stored
    /// The whole core of the broker: the input is a list of requests and pauses, see ``CoreScript``.
    case core

    /// Checks everything that must hold for `input`, whatever it is.
    ///
    /// - Throws: ``PropertyFailure`` for what does not hold. A trap is a finding as well.
    public func check(_ input: UnsafeRawBufferPointer) throws {
        switch self {
        case .json: try JSONProperties.check(input)
        case .request: try RequestProperties.check(input)
        case .batch: try BatchProperties.check(input)
        case .codec: try CodecProperties.check(input)
        case .journal: try JournalProperties.check(input)
        case .stored: try StoredFileProperties.check(input)
        case .core: try CoreProperties.check(input)
        }
    }
}

/// A property that does not hold.
public struct PropertyFailure: Error, CustomStringConvertible {
    public let description: String

    init(_ description: String) { self.description = description }
}

/// Throws unless `condition` holds.
func require(_ condition: Bool, _ description: @autoclosure () -> String) throws {
    guard condition else { throw PropertyFailure(description()) }
}
