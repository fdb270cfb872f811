/// Which segments are merged next: pure.
///
/// Only neighbours in age are, so that of two segments all of one is older than all of the other. A segment's *tier* is
/// the power of ``SearchTuning/fanIn`` that its orders come to. When so many of a tier have gathered at the new end, they
/// become one, with what is smaller and newer. Each entry is thus written once for each tier.
struct MergePolicy {
    /// What it goes by.
    struct Shape {
        var orders: Int64
        /// Orders that an older segment may have another facet of.
        var superseding: Int64
    }

    /// Segments of one merge.
    static let maximumInputs = 64
    /// Orders of the largest segment.
    static let maximumOrders: Int64 = 16 << 20
    private static let tiers = 8

    let tuning: SearchTuning

    /// The places of segments to merge; nil if none are.
    ///
    /// - Parameters:
    ///   - shapes: the oldest first.
    ///   - isResting: the sink does not write. Then segments are merged also because readers would look at many facets
    ///     that have been superseded: after a flood in which payments lagged behind orders.
    func group(_ shapes: [Shape], isResting: Bool) -> Range<Int>? {
        for tier in 0..<Self.tiers {
            let start = (shapes.lastIndex { self.tier($0.orders) > tier } ?? -1) + 1
            let group = start..<min(shapes.count, start + Self.maximumInputs)
            let (orders, superseding) = shapes[group].reduce(into: (Int64(0), Int64(0))) {
                $0 = ($0.0 + $1.orders, $0.1 + $1.superseding)
            }
            guard group.count >= 2, orders <= Self.maximumOrders else { continue }
            let members = shapes[group].count { self.tier($0.orders) == tier }
            if members >= tuning.fanIn || group.count == Self.maximumInputs { return group }
            if isResting, superseding >= tuning.staleFacets, superseding * Int64(tuning.fanIn) >= orders {
                return group
            }
        }
        return nil
    }

    private func tier(_ orders: Int64) -> Int {
        var tier = 0
        var limit = Int64(tuning.smallestTier)
        while orders > limit, tier < Self.tiers {
            tier += 1
            limit *= Int64(tuning.fanIn)
        }
        return tier
    }
}

/// Sizes of the search index's work; tests have smaller ones.
package struct SearchTuning: Sendable {
    /// Noted orders that are made into a segment.
    package var flushOrders = 32_768
    /// Notes, however few orders they have, that are made into a segment.
    package var flushNotes = 512
    /// Noted orders that are made into a segment once the sink rests.
    package var restingFlushOrders = 2_048
    /// Segments of one tier that are merged.
    package var fanIn = 16
    /// Orders of a segment of the first tier, at most; each further tier has ``fanIn`` times as many.
    package var smallestTier = 16
    /// Facets that may be superseded, for a merge at rest.
    package var staleFacets: Int64 = 4_096
    /// Chunks that are written, or removed, in one transaction: a few milliseconds.
    package var sliceChunks = 256
    package var chunkBytes = SearchChunk.maximumBytes
    /// Orders from before the index that are entered at once.
    package var backfillOrders = 32_768
    /// Entries that a page goes through; other work counts as so many of them. A few milliseconds.
    package var pageWork = 300_000
    /// Orders that a page looks at in vain before it leaves out those whose facet has been superseded.
    package var staleRows = 32

    package init() {}
}
