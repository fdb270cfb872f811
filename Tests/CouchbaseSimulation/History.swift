import NIOCore

@testable import Couchbase

/// What the client was asked for and what it said, to be held against what the cluster did.
struct History {
    struct Entry {
        let request: OperationRequest
        let tag: String?
        let began: Duration
        var ended: Duration?
        var result: Result<OperationResult, CouchbaseError>?
        var isCancelled = false
    }

    var entries: [BucketClient.OperationID: Entry] = [:]

    /// Takes an end.
    /// - Returns: what is wrong with it.
    mutating func end(
        _ id: BucketClient.OperationID, _ result: Result<OperationResult, CouchbaseError>, now: Duration
    ) -> String? {
        guard let entry = entries[id] else { return "operation \(id) ended, and nobody asked for it" }
        guard entry.result == nil else { return "operation \(id) ended twice" }
        entries[id]?.result = result
        entries[id]?.ended = now
        guard now <= entry.began + entry.request.timeout else { return "operation \(id) ended after its deadline" }
        return nil
    }

    private static let expectedErrors: Set<CouchbaseError.Code> = [
        .unambiguousTimeout, .ambiguousTimeout, .durabilityAmbiguous, .ambiguousConnectionLoss, .requestCanceled,
        .collectionNotFound, .internalServerFailure,
    ]

    /// What is wrong with the whole run, once nothing more can happen.
    func check(against cluster: SimulatedCluster) -> String? {
        var executions: [String: [SimulatedCluster.Execution]] = [:]
        var byCAS: [UInt64: SimulatedCluster.Execution] = [:]
        for execution in cluster.executions {
            byCAS[execution.cas] = execution
            if let tag = execution.tag { executions[tag, default: []].append(execution) }
        }
        var claimed: Set<UInt64> = []
        for (id, entry) in entries.sorted(by: { $0.key < $1.key }) {
            guard let result = entry.result, let ended = entry.ended else { return "operation \(id) is lost" }
            let place = "operation \(id), \(entry.request.operation.opcode) of \(entry.request.key)"
            let done = entry.tag.map { executions[$0] ?? [] }
            if let done, done.count > 1 { return "\(place), was done \(done.count) times" }
            switch result {
            case .success(let value) where entry.request.operation.isMutation:
                guard let execution = byCAS[value.cas], claimed.insert(value.cas).inserted else {
                    return "\(place), says CAS \(value.cas), which is not its own"
                }
                guard execution.key == entry.request.key, execution.tag == entry.tag,
                    execution.opcode == entry.request.operation.opcode,
                    (entry.began...ended).contains(execution.time)
                else { return "\(place), has another's answer: \(execution)" }
            case .success(let value):
                let found = value.content.map { String(buffer: $0.bytes) }
                guard
                    cluster.wasSometimes(
                        entry.request.key, in: entry.began...ended, { $0?.json == found && $0?.cas == value.cas })
                else { return "\(place), read \(found ?? "nothing") with CAS \(value.cas), which was not so" }
            case .failure(let error):
                if let done, !done.isEmpty, !error.isAmbiguous {
                    return "\(place), failed with \(error), but it was done"
                }
                if let wrong = entry.problem(error, cluster, ended: ended) { return "\(place): \(wrong)" }
            }
        }
        return checkRemovals(cluster, claimed: claimed)
    }

    /// Removals carry no tag: there must not be more than were asked for and are not known to have failed.
    private func checkRemovals(_ cluster: SimulatedCluster, claimed: Set<UInt64>) -> String? {
        for (key, removals) in Dictionary(grouping: cluster.executions.filter { $0.opcode == .delete }, by: \.key) {
            let unclaimed = removals.filter { !claimed.contains($0.cas) }.count
            let ambiguous = entries.values.filter { entry in
                guard entry.request.key == key, case .failure(let error) = entry.result else { return false }
                return entry.request.operation.opcode == .delete && error.isAmbiguous
            }
            if unclaimed > ambiguous.count {
                return "\(key) was removed \(unclaimed) times without the client's knowledge"
            }
        }
        return nil
    }

    static func isExpected(_ code: CouchbaseError.Code) -> Bool { expectedErrors.contains(code) }
}

extension History.Entry {
    fileprivate func problem(_ error: CouchbaseError, _ cluster: SimulatedCluster, ended: Duration) -> String? {
        let key = request.key
        switch error.code {
        case .documentNotFound:
            return cluster.wasSometimes(key, in: began...ended) { $0 == nil } ? nil : "it was there all the time"
        case .documentExists:
            return cluster.wasSometimes(key, in: began...ended) { $0 != nil } ? nil : "it was never there"
        case .casMismatch:
            let expected = request.operation.options?.cas ?? 0
            return cluster.wasSometimes(key, in: began...ended) { $0?.cas != expected } && expected != 0
                ? nil : "its CAS did match"
        case .ambiguousTimeout, .ambiguousConnectionLoss, .durabilityAmbiguous:
            return request.operation.isIdempotent ? "a read is never ambiguous: \(error)" : nil
        case .requestCanceled where !isCancelled: return "nobody cancelled it"
        default: return History.isExpected(error.code) ? nil : "an error that nothing explains: \(error)"
        }
    }
}

extension SimulatedCluster {
    /// Whether a key's state had a property at any time within the interval.
    func wasSometimes(
        _ key: String, in interval: ClosedRange<Duration>, _ property: (Document?) -> Bool
    ) -> Bool {
        let list = [Version(time: .zero, document: nil)] + (versions[key] ?? [])
        for (place, version) in list.enumerated() where version.time <= interval.upperBound {
            let end = place + 1 < list.count ? list[place + 1].time : Duration.seconds(1 << 40)
            if end >= interval.lowerBound, property(version.document) { return true }
        }
        return false
    }
}
