import ArgumentParser
import Couchbase
import Foundation
import NIOCore

/// What operations cost while nobody answers them: memory, and what becomes of those beyond the bounds. The node has to
/// be `respond --hold`.
struct OutstandingCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "outstanding",
        abstract: "Has so many operations wait for their answers, and says how much memory that takes.")

    @OptionGroup var cluster: ClusterFlags
    @Option(help: "Operations that wait at once.") var count = 10_000
    @Option(help: "Bytes of each document that is written.") var bytes = 350

    struct Result: Encodable {
        let submitted: Int
        /// That the node has received and not answered.
        let heldByNode: Int
        let residentBefore: Int
        let residentWaiting: Int
        let residentAfter: Int
        let succeeded: Int
        /// Beyond the bound of the bucket: refused at once.
        let refused: Int
        let otherFailures: Int
    }

    struct NoEnd: Error {}

    func run() async throws {
        let (loaded, asking) = (try await cluster.connect(), try await cluster.connect())
        let documents = try await loaded.bucket(cluster.bucket).defaultCollection
        let control = try await asking.bucket(cluster.bucket).defaultCollection
        let json = ByteBuffer(string: "\"" + String(repeating: "x", count: max(bytes - 2, 0)) + "\"")
        let before = ProcessUsage.residentBytes
        let outcomes = try await withThrowingTaskGroup(of: CouchbaseError.Code?.self) { group in
            for number in 0..<count {
                group.addTask {
                    do throws(CouchbaseError) {
                        try await documents.upsert("waiting::\(number)", json: json)
                        return nil
                    } catch {
                        return error.code
                    }
                }
            }
            let held = try await settled(control)
            let waiting = ProcessUsage.residentBytes
            _ = try await control.get(Responder.releaseKey)
            var outcomes: [CouchbaseError.Code?] = []
            for try await outcome in group { outcomes.append(outcome) }
            return (held, waiting, outcomes)
        }
        let (held, waiting, codes) = outcomes
        let refused = codes.count { $0 == .temporaryFailure }
        let succeeded = codes.count { $0 == nil }
        try Output.print(
            Result(
                submitted: count, heldByNode: held, residentBefore: before, residentWaiting: waiting,
                residentAfter: ProcessUsage.residentBytes, succeeded: succeeded, refused: refused,
                otherFailures: codes.count - succeeded - refused))
        await loaded.close()
        await asking.close()
    }

    /// How many answers the node holds, once it is the same for half a second.
    private func settled(_ control: DocumentCollection) async throws -> Int {
        var (last, same) = (-1, 0)
        for _ in 0..<600 {
            let text = String(buffer: try await control.get(Responder.heldKey).bytes)
            let now = Int(text) ?? 0
            same = now == last && now > 0 ? same + 1 : 0
            if same == 10 { return now }
            last = now
            try await Task.sleep(for: .milliseconds(50))
        }
        throw NoEnd()
    }
}
