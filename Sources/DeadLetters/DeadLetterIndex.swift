import OrderEvents

/// Counts open dead letters exactly, however many there are, and keeps the newest to be looked at.
///
/// Pure: dead letters and decisions may be added in any order and more than once; the counts come out the same. A dead
/// letter costs a few bits to 60 bytes, by how close together their origins lie; those that are kept, `maximumLetters`
/// and `maximumBytes` at most in all.
public struct DeadLetterIndex: Sendable {
    public struct Limits: Sendable {
        /// The most dead letters that are kept.
        public var maximumLetters = 5_000
        /// The most bytes of keys, values and headers of those.
        public var maximumBytes = 16 << 20
        /// A value is kept up to here.
        public var maximumValueBytes = 65_536

        public init() {}
    }

    /// A dead letter that is kept.
    public struct Entry: Sendable {
        /// The value may be cut.
        public let letter: DeadLetter
        /// The whole value's length; 0 also for none.
        public let valueBytes: Int
        /// The time of the decision is nil where the decision was read before the dead letter.
        public let standing: DeadLetterLedger.Standing

        public init(letter: DeadLetter, valueBytes: Int, standing: DeadLetterLedger.Standing) {
            self.letter = letter
            self.valueBytes = valueBytes
            self.standing = standing
        }
    }

    private final class Kept: Sendable {
        let letter: DeadLetter
        let valueBytes: Int
        /// What it counts towards the limit.
        let bytes: Int

        init(_ letter: DeadLetter, limits: Limits) {
            self.letter = letter.cut(toBytes: limits.maximumValueBytes)
            valueBytes = letter.value?.count ?? letter.omittedBytes ?? 0
            bytes =
                256 + (self.letter.value?.count ?? 0) + (letter.key?.count ?? 0)
                + letter.headers.reduce(0) { $0 + $1.name.utf8.count + ($1.value?.count ?? 0) }
        }

        /// The newest first; of one time, by id.
        func isAfter(_ failedAt: Int64, _ id: DeadLetterID) -> Bool {
            letter.failedAt != failedAt ? letter.failedAt < failedAt : letter.id < id
        }
    }

    /// Whose decision about what: without a group, a replay.
    private struct Decided: Hashable {
        var origin: DeadLetterOrigin
        var group: String?
    }

    private struct Place: Hashable {
        var topic: String
        var partition: Int32
    }

    private struct Group {
        /// Origins of the group's dead letters, and those that it discarded, by origin topic and partition.
        var letters: [Place: OffsetSet] = [:]
        var discarded: [Place: OffsetSet] = [:]
        var open = 0
    }

    private let limits: Limits
    private var groups: [DeadLetterTopic: Group] = [:]
    private var replayed: [Place: OffsetSet] = [:]
    /// The newest first.
    private var kept: [Kept] = []
    private var bytes = 0
    /// How many dead letters of an origin are kept, and when they were decided: milliseconds since 1970.
    private var keptOrigins: [DeadLetterOrigin: Int] = [:]
    private var decidedAt: [Decided: Int64] = [:]
    /// Whether every dead letter that was added is still kept.
    public private(set) var isComplete = true

    public init(limits: Limits = Limits()) { self.limits = limits }

    /// Open dead letters by topic and group, sorted; topics without any, too.
    public var openCounts: [(topic: DeadLetterTopic, open: Int)] {
        groups.map { ($0.key, $0.value.open) }.sorted { ($0.0.topic, $0.0.group) < ($1.0.topic, $1.0.group) }
    }

    /// Records that have open dead letters, however many services set them aside.
    public private(set) var openRecords = 0

    public var open: Int { groups.values.reduce(0) { $0 + $1.open } }

    /// A dead-letter topic that exists: counted even if it is empty.
    public mutating func add(_ topic: DeadLetterTopic) { groups[topic, default: Group()].open += 0 }

    public mutating func add(_ letter: DeadLetter) {
        let place = Place(topic: letter.origin.topic, partition: letter.origin.partition)
        let offset = letter.origin.offset
        let topic = DeadLetterTopic(topic: letter.id.topic, group: letter.id.group)
        let isReplayed = replayed[place]?.contains(offset) ?? false
        let wasOpen = isOpen(place, offset)
        defer { noteRecord(place, offset, wasOpen: wasOpen) }
        change(topic) { group in
            let isNew = group.letters[place, default: OffsetSet()].insert(offset)
            let isDiscarded = group.discarded[place]?.contains(offset) ?? false
            if isNew, !isReplayed, !isDiscarded { group.open += 1 }
        }
        keep(letter)
    }

    public mutating func add(_ decision: DeadLetterDecision) {
        let place = Place(topic: decision.origin.topic, partition: decision.origin.partition)
        let offset = decision.origin.offset
        let wasOpen = isOpen(place, offset)
        defer { noteRecord(place, offset, wasOpen: wasOpen) }
        switch decision.action {
        case .replayed:
            if replayed[place, default: OffsetSet()].insert(offset) {
                for topic in Array(groups.keys) {
                    change(topic) { group in
                        if group.letters[place]?.contains(offset) ?? false,
                            !(group.discarded[place]?.contains(offset) ?? false)
                        {
                            group.open -= 1
                        }
                    }
                }
            }
        case .discarded:
            let isReplayed = replayed[place]?.contains(offset) ?? false
            change(DeadLetterTopic(topic: decision.id.topic, group: decision.id.group)) { group in
                let isNew = group.discarded[place, default: OffsetSet()].insert(offset)
                if isNew, !isReplayed, group.letters[place]?.contains(offset) ?? false { group.open -= 1 }
            }
        }
        note(decision)
    }

    private func isOpen(_ place: Place, _ offset: Int64) -> Bool {
        if replayed[place]?.contains(offset) ?? false { return false }
        return groups.values.contains { group in
            group.letters[place]?.contains(offset) ?? false && !(group.discarded[place]?.contains(offset) ?? false)
        }
    }

    private mutating func noteRecord(_ place: Place, _ offset: Int64, wasOpen: Bool) {
        let isOpen = isOpen(place, offset)
        if isOpen != wasOpen { openRecords += isOpen ? 1 : -1 }
    }

    private mutating func change(_ topic: DeadLetterTopic, _ body: (inout Group) -> Void) {
        body(&groups[topic, default: Group()])
    }

    // MARK: the newest

    /// A page of the dead letters that are kept and match, the newest first, from after `place` on.
    ///
    /// - Returns: at most `limit` entries, and whether more follow.
    public func page(
        _ filter: DeadLetterFilter, after place: (failedAt: Int64, id: DeadLetterID)?, limit: Int
    ) -> (entries: [Entry], hasMore: Bool) {
        var entries: [Entry] = []
        let start = place.map { index(ofFirstAfter: $0.failedAt, $0.id) } ?? 0
        for kept in kept[start...] {
            let standing = standing(of: kept.letter)
            guard filter.matches(kept.letter, standing.state) else { continue }
            if entries.count == limit { return (entries, true) }
            entries.append(Entry(letter: kept.letter, valueBytes: kept.valueBytes, standing: standing))
        }
        return (entries, false)
    }

    /// The number of dead letters that are kept.
    public var keptCount: Int { kept.count }

    private func standing(of letter: DeadLetter) -> DeadLetterLedger.Standing {
        let origin = letter.origin
        let place = Place(topic: origin.topic, partition: origin.partition)
        if replayed[place]?.contains(origin.offset) ?? false {
            return .init(state: .replayed, decidedAt: decidedAt[Decided(origin: origin, group: nil)])
        }
        let group = groups[DeadLetterTopic(topic: letter.id.topic, group: letter.id.group)]
        if group?.discarded[place]?.contains(origin.offset) ?? false {
            return .init(state: .discarded, decidedAt: decidedAt[Decided(origin: origin, group: letter.id.group)])
        }
        return .open
    }

    private func index(ofFirstAfter failedAt: Int64, _ id: DeadLetterID) -> Int {
        var (low, high) = (0, kept.count)
        while low < high {
            let middle = (low + high) / 2
            if kept[middle].isAfter(failedAt, id) { high = middle } else { low = middle + 1 }
        }
        return low
    }

    private mutating func keep(_ letter: DeadLetter) {
        let index = index(ofFirstAfter: letter.failedAt, letter.id)
        // There already: the same record read again.
        if index > 0, kept[index - 1].letter.id == letter.id { return }
        guard index < limits.maximumLetters else {
            isComplete = false
            return
        }
        let new = Kept(letter, limits: limits)
        kept.insert(new, at: index)
        keptOrigins[letter.origin, default: 0] += 1
        bytes += new.bytes
        while kept.count > limits.maximumLetters || bytes > limits.maximumBytes, let last = kept.popLast() {
            forget(last)
            isComplete = false
        }
    }

    private mutating func forget(_ last: Kept) {
        let origin = last.letter.origin
        bytes -= last.bytes
        decidedAt[Decided(origin: origin, group: last.letter.id.group)] = nil
        guard let count = keptOrigins[origin], count > 1 else {
            keptOrigins[origin] = nil
            decidedAt[Decided(origin: origin, group: nil)] = nil
            return
        }
        keptOrigins[origin] = count - 1
    }

    /// The first time counts.
    private mutating func note(_ decision: DeadLetterDecision) {
        guard keptOrigins[decision.origin] != nil else { return }
        let key = Decided(origin: decision.origin, group: decision.action == .replayed ? nil : decision.id.group)
        decidedAt[key] = min(decidedAt[key] ?? decision.at, decision.at)
    }
}
