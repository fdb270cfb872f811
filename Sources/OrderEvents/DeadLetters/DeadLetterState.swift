/// What was done about a dead letter.
public enum DeadLetterState: String, CaseIterable, Codable, Sendable {
    /// Nothing yet.
    case open
    /// Its record was put back on its topic.
    case replayed
    /// Somebody decided that it needs nothing more.
    case discarded
}
