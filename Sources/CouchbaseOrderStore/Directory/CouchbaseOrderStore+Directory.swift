import Couchbase
import Foundation
import OrderEvents
import OrderStore

extension CouchbaseOrderStore {
    /// Lists the windows and the partitions that this process has not listed yet. An entry that is there already stays,
    /// so a list that may have been written is written again.
    func list(_ aggregates: [Aggregate]) async throws(OrderStoreError) {
        let wanted = Set(aggregates.flatMap { WindowDirectory.entries($0.window, $0.partition) })
        let missing = listed.missing(wanted)
        guard !missing.isEmpty else { return }
        let lists = Dictionary(grouping: missing, by: \.list)
        do throws(CouchbaseError) {
            var open: [DocumentMutation] = []
            for (list, entries) in lists { open += try Self.mutations(list, entries.map(\.name).sorted()) }
            for attempt in 1... {
                let results = await collections.directory.mutate(open, MutationSettings(durability: durability))
                var again: [DocumentMutation] = []
                for (mutation, result) in zip(open, results) {
                    guard case .failure(let error) = result else { continue }
                    guard error.isAmbiguous, attempt < RevisionedWrite.maximumAttempts else { throw error }
                    again.append(mutation)
                }
                if again.isEmpty { break }
                open = again
            }
        } catch {
            throw explain(error)
        }
        listed.add(missing)
    }

    private static let entriesOfMutation = 16

    private static func mutations(_ list: String, _ names: [String]) throws(CouchbaseError) -> [DocumentMutation] {
        var mutations: [DocumentMutation] = []
        for start in stride(from: 0, to: names.count, by: entriesOfMutation) {
            var specs: [MutateInSpec] = []
            for name in names[start..<min(start + entriesOfMutation, names.count)] {
                specs.append(try .upsert("listed.\(name)", true, createsParents: true))
            }
            mutations.append(.paths(list, specs, semantics: .upsert))
        }
        return mutations
    }

    private struct List: Decodable {
        let listed: [String: Bool]
    }

    /// The names that these lists have; a list that does not exist has none.
    func names(in lists: [String]) async throws(OrderStoreError) -> [String] {
        var names: [String] = []
        for (list, result) in zip(lists, await collections.directory.get(lists)) {
            do throws(CouchbaseError) {
                names += try result.get().content(as: List.self).listed.keys
            } catch {
                if error.code == .documentNotFound { continue }
                if error.code == .decodingFailure {
                    throw OrderStoreError(.corrupt, "\(name): the list \(list) of windows cannot be read: \(error)")
                }
                throw explain(error)
            }
        }
        return names
    }

    /// The minute windows of a range, by start, then partition.
    public func aggregates(from: Timestamp, to: Timestamp) async throws -> [Aggregate] {
        try await gate.pass(store: name) {
            let minutes = WindowDirectory.minutes(from: from, to: to)
            let windows = try await windows(in: minutes).prefix(StoreLimits.maximumWindows)
            return try await aggregates(windows.map(\.key), in: collections.windows)
        }
    }

    private func windows(in minutes: Range<Int64>) async throws(OrderStoreError) -> [ListedWindow] {
        guard let last = minutes.last else { return [] }
        let pages =
            WindowDirectory.page(ofMinute: minutes.lowerBound)...WindowDirectory.page(ofMinute: last)
        let lists = try await existing(pages).map { WindowDirectory.page($0) }
        return try await names(in: lists).compactMap(ListedWindow.init(name:)).filter { minutes.contains($0.minute) }
            .sorted()
    }

    /// Which of these pages to read: all, where they are few.
    private func existing(_ pages: ClosedRange<Int64>) async throws(OrderStoreError) -> [Int64] {
        if Int64(pages.count) <= WindowDirectory.maximumPagesAsked { return Array(pages) }
        let blocks =
            WindowDirectory.block(ofPage: pages.lowerBound)...WindowDirectory.block(ofPage: pages.upperBound)
        let asked = try await names(in: [WindowDirectory.root]).compactMap { Int64($0) }.filter(blocks.contains)
        return try await names(in: asked.map { WindowDirectory.block($0) }).compactMap { Int64($0) }
            .filter(pages.contains)
    }

    /// The totals of the partitions that are listed.
    public func totals() async throws -> [Aggregate] {
        try await gate.pass(store: name) {
            let partitions = try await names(in: [WindowDirectory.totals]).compactMap { Int32($0) }.sorted()
            return try await aggregates(
                partitions.map { StoredAggregate.key(.allTime, $0) }, in: collections.totals)
        }
    }

    /// In the order of the keys. What is listed and not written yet is left out.
    private func aggregates(
        _ keys: [String], in collection: DocumentCollection
    ) async throws(OrderStoreError) -> [Aggregate] {
        var aggregates: [Aggregate] = []
        for (key, result) in zip(keys, await collection.get(keys)) {
            if let found = try found(result) { aggregates.append(try StoredAggregate.decode(found.bytes, key: key)) }
        }
        return aggregates
    }
}
