/// Where a record lies, seen from its order's home.
public enum RecordPlace: Hashable, Sendable {
    /// At home: it counts.
    case home
    /// It was at home when it was written, and a move has copied it to the home of today: the copy counts.
    case moved
    /// It never was at home.
    case astray
}

extension HomeLayout {
    /// Where a record of the order with this key lies.
    ///
    /// It is at home if it was in its own epoch and has been in each one since. A move copies what lies elsewhere then,
    /// and a copy is a record of the epoch that the move began.
    @inlinable
    public func place(ofKey key: UnsafeRawBufferPointer, _ topic: String, _ partition: Int32, _ offset: Int64)
        -> RecordPlace
    {
        if epochs.count == 1 { return home(ofKey: key) == partition ? .home : .astray }
        return place(hash: KeyPartitioner.murmur2(key), topic, partition, offset)
    }

    @usableFromInline
    func place(hash: UInt32, _ topic: String, _ partition: Int32, _ offset: Int64) -> RecordPlace {
        let first = epoch(of: topic, partition, offset)
        for index in first..<epochs.count where Int32(hash & 0x7fff_ffff) % epochs[index].homes != partition {
            return index == first ? .astray : .moved
        }
        return .home
    }

    /// The epoch that a record was written in.
    func epoch(of topic: String, _ partition: Int32, _ offset: Int64) -> Int {
        var index = epochs.count - 1
        while index > 0, offset < epochs[index].start(topic, partition) { index -= 1 }
        return index
    }

    /// The epoch whose move may have written the record as a copy; nil: it is none.
    public func epochOfCopy(_ topic: String, _ partition: Int32, _ offset: Int64) -> Epoch? {
        guard epochs.count > 1 else { return nil }
        let index = epoch(of: topic, partition, offset)
        return index > 0 && offset < epochs[index].end(topic, partition) ? epochs[index] : nil
    }

    /// From here on no record of the partition is a copy.
    public func endOfCopies(_ topic: String, _ partition: Int32) -> Int64 {
        epochs.count == 1 ? 0 : epochs.lazy.map { $0.end(topic, partition) }.max() ?? 0
    }
}

/// The places that a copied record lay at before, in the header ``name`` of the copy: `3/1742`, or `3/1742 9/20` after
/// two moves.
public struct MovedFrom: Hashable, Sendable, CustomStringConvertible {
    /// A place on a topic that the context names.
    public struct Place: Hashable, Sendable {
        /// Where the record was.
        public var partition: Int32
        /// Where in the partition.
        public var offset: Int64

        /// A place.
        public init(partition: Int32, offset: Int64) {
            self.partition = partition
            self.offset = offset
        }
    }

    /// The header's name.
    public static let name = "moved-from"

    /// Oldest first; at least one.
    public private(set) var places: [Place]

    /// The header of a copy; where the record was a copy itself, its earlier places come first.
    public init(partition: Int32, offset: Int64, after earlier: MovedFrom? = nil) {
        places = (earlier?.places ?? []) + [Place(partition: partition, offset: offset)]
    }

    /// nil for what is no such list.
    public init?(_ text: String) {
        guard text.utf8.count <= 4_096 else { return nil }
        places = []
        for part in text.split(separator: " ", omittingEmptySubsequences: false) {
            let numbers = part.split(separator: "/", omittingEmptySubsequences: false)
            guard numbers.count == 2, let partition = Int32(numbers[0]), let offset = Int64(numbers[1]), partition >= 0,
                offset >= 0
            else { return nil }
            places.append(Place(partition: partition, offset: offset))
        }
    }

    /// Where the record lay that was copied.
    public var latest: Place { places[places.count - 1] }

    /// As in the header: `partition/offset`, the earliest first.
    public var description: String { places.map { "\($0.partition)/\($0.offset)" }.joined(separator: " ") }
}
