import OrderEvents

/// The dead letters of the newest records that were set aside, however many come: a bounded list.
///
/// A record that several services set aside counts once, and all of its dead letters are kept.
public struct NewestDeadLetters: Sendable {
    public struct Row: Sendable {
        /// The group's dead letter that comes first in the alphabet.
        public var letter: DeadLetter
        public var standing: DeadLetterLedger.Standing
        /// All groups whose dead letter of the origin was collected.
        public var groups: [String]
    }

    private struct Key: Hashable {
        var origin: DeadLetterOrigin
        var state: DeadLetterState
    }

    private let limit: Int
    private var collected: [(letter: DeadLetter, standing: DeadLetterLedger.Standing)] = []
    /// How many were added.
    public private(set) var total = 0

    /// - Parameter limit: records, 1 or more.
    public init(limit: Int) { self.limit = limit }

    public mutating func add(_ letter: DeadLetter, _ standing: DeadLetterLedger.Standing) {
        total += 1
        collected.append((letter, standing))
        // Sorting now and then is cheaper than keeping order, and bounded as well.
        if collected.count >= nextTrim {
            trim()
            nextTrim = collected.count * 2 + 64
        }
    }

    private var nextTrim = 128

    private mutating func trim() {
        collected.sort { Self.isNewer($0.letter, $1.letter) }
        var kept: Set<Key> = []
        collected = collected.filter { letter, standing in
            let key = Key(origin: letter.origin, state: standing.state)
            return kept.contains(key) || (kept.count < limit && kept.insert(key).inserted)
        }
    }

    private static func isNewer(_ left: DeadLetter, _ right: DeadLetter) -> Bool {
        (right.failedAt, left.id) < (left.failedAt, right.id)
    }

    /// The newest first; of the same time, by id.
    public var newest: [(letter: DeadLetter, standing: DeadLetterLedger.Standing)] {
        var copy = self
        copy.trim()
        return copy.collected
    }

    /// One row for each origin and state, in the order of their newest dead letters.
    public var byOrigin: [Row] {
        var rows: [Row] = []
        var places: [Key: Int] = [:]
        for (letter, standing) in newest {
            let key = Key(origin: letter.origin, state: standing.state)
            guard let place = places[key] else {
                places[key] = rows.count
                rows.append(Row(letter: letter, standing: standing, groups: [letter.id.group]))
                continue
            }
            if !rows[place].groups.contains(letter.id.group) { rows[place].groups.append(letter.id.group) }
            rows[place].groups.sort()
            if letter.id < rows[place].letter.id { rows[place].letter = letter }
        }
        return rows
    }
}
