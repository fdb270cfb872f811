/// Which page of a list a request asks for.
///
/// A cursor belongs to the list and the filters that gave it out: with others it would show a page that looks right and
/// is not. So its text carries both, `LIST.TAG.PLACE`, where the tag stands for the filters; a cursor of elsewhere is
/// refused by name.
struct PageRequest<Place: Sendable>: Sendable {
    /// Where the page starts; nil at the beginning of the list.
    let cursor: Place?
    let limit: Int
    private let prefix: String

    /// - Parameters:
    ///   - list: the list's name, the last part of its path.
    ///   - parse: a place from its text; nil for text that is none.
    init(_ query: QueryValues, list: String, parse: (String) -> Place?) throws(Problem) {
        prefix = "\(list).\(query.tag)."
        limit = try query.value(PageParameters.limit) ?? PageParameters.defaultLimit
        guard let text = try query.value(PageParameters.cursor) else {
            cursor = nil
            return
        }
        let parts = text.split(separator: ".", maxSplits: 2, omittingEmptySubsequences: false).map(String.init)
        guard parts.count == 3, PageParameters.lists.contains(parts[0]) else { throw Self.noCursor }
        guard parts[0] == list else {
            throw .invalidParameter("cursor", "it is one of /api/\(parts[0]) and cannot be used for /api/\(list)")
        }
        guard let place = parse(parts[2]) else { throw Self.noCursor }
        guard text.hasPrefix(prefix) else {
            throw .invalidParameter(
                "cursor",
                "it was given out with other filters; use it with exactly those, or leave it out to begin again")
        }
        cursor = place
    }

    private static var noCursor: Problem {
        .invalidParameter("cursor", "it is no next_cursor or previous_cursor of an earlier page")
    }

    /// The text that asks for the page at `place`.
    func text(_ place: String) -> String { prefix + place }
}

/// What every list takes beside its filters.
enum PageParameters {
    static let limit = QueryParameter<Int>.integer("limit", 1...200, "The most entries of a page; 50 if left out")
    static let cursor = QueryParameter<String>(
        "cursor", .text(maximumBytes: 720, form: "a next_cursor of an earlier page"),
        "Where the page starts: the next_cursor of an earlier page of this list with the same filters"
    ) { $0 }
    static let defaultLimit = 50
    /// The lists that have pages.
    static let lists: Set<String> = ["orders", "alerts", "dead-letters"]

    static var all: [ParameterSpec] { [limit.spec, cursor.spec] }
}

extension QueryValues {
    /// Stands for everything that was asked but the place and size of the page, in whatever order it was given.
    fileprivate var tag: String {
        let asked = filters.sorted { $0.key < $1.key }.map { "\($0.key)=\($0.value)" }.joined(separator: "&")
        // FNV-1a, folded to 32 bits: tells the filters of honest clients apart, and guards nothing.
        let hash = asked.utf8.reduce(UInt64(0xCBF2_9CE4_8422_2325)) { ($0 ^ UInt64($1)) &* 0x0000_0100_0000_01B3 }
        return String(UInt32(truncatingIfNeeded: hash ^ hash >> 32), radix: 36)
    }

    private var filters: [String: String] {
        values.filter { $0.key != PageParameters.limit.spec.name && $0.key != PageParameters.cursor.spec.name }
    }
}
