import GRDB

/// Which places of a list have been written again, and in which segment last: the runs of updates, merged.
///
/// A facet is superseded where a newer segment has an update at its place. To know that from here costs a hundredth of
/// looking at the order, as long as many in a row are superseded.
struct UpdatedPlaces {
    private let range: SearchRange
    private var merge: RunMerge
    /// The place that was asked for last, and the newest segment with an update there.
    private var last: (place: OrderWalk.Place, age: Int64)?

    /// - Parameter noted: of what is noted, in the list's order.
    init(_ range: SearchRange, segments: [SearchSegment], noted: [SearchEntry]) {
        self.range = range
        merge = RunMerge(
            range, segments: segments.filter { $0.superseding > 0 }, noted: noted, keys: { _ in [SearchKey.update] })
    }

    var work: Int { merge.work }

    /// Whether a segment newer than of this age has another facet of the order there. Places come in the list's order.
    mutating func isSuperseded(_ place: OrderWalk.Place, age: Int64, _ db: Database) throws -> Bool {
        if let last, last.place == place { return last.age > age }
        try merge.skip(to: place, db)
        var newest = Int64.min
        while let entry = try merge.peek(db), entry.place == place {
            newest = max(newest, merge.age)
            merge.advance()
        }
        last = (place, newest)
        return newest > age
    }
}
