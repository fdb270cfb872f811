import ArgumentParser
import Couchbase
import Foundation
import NIOCore

/// Operations on documents, so many at a time: bytes in, bytes out, no JSON.
struct OperationsCommand: AsyncParsableCommand {
    enum Operation: String, ExpressibleByArgument, CaseIterable {
        case get, upsert, durable, lookup
    }

    static let configuration = CommandConfiguration(
        commandName: "operations",
        abstract: "Runs one kind of operation for a while, and says how many and for how much CPU.")

    @OptionGroup var cluster: ClusterFlags
    @Option var operation: Operation
    @Option(help: "Operations under way at a time.") var concurrency = 16
    @Option var seconds = 2.0
    @Flag(help: "Hand them over as one call for so many, instead of one by one.") var together = false

    struct Result: Encodable {
        let operations: Int
        let seconds: Double
        let cpuSeconds: Double
    }

    private static let documents = 1_000
    private static let warmUp = Duration.milliseconds(500)

    func run() async throws {
        let cluster = try await cluster.connect()
        let documents = try await cluster.bucket(self.cluster.bucket).defaultCollection
        let json = ByteBuffer(string: Self.json)
        for result in await documents.mutate((0..<Self.documents).map { .upsert(Self.key($0), json: json) }) {
            _ = try result.get()
        }
        _ = try await load(documents, json, for: Self.warmUp)
        let cpu = ProcessUsage.cpuSeconds
        let began = ContinuousClock.now
        let count = try await load(documents, json, for: .seconds(seconds))
        let took = began.duration(to: .now).seconds
        try Output.print(Result(operations: count, seconds: took, cpuSeconds: ProcessUsage.cpuSeconds - cpu))
        await cluster.close()
    }

    static func key(_ number: Int) -> String { "order::\(number % documents)" }

    /// About what an order's document has.
    private static let json = """
        {"order_id":123456789,"revision":3,"customer_id":5678,"amount":249.99,"currency":"USD","country":"US",\
        "status":"CONFIRMED","created_at":"2024-01-15T10:30:00.123Z","updated_at":"2024-01-15T10:30:00.456Z",\
        "payment":{"status":"PAID","amount":249.99,"processed_at":"2024-01-15T10:30:00.234Z"},\
        "found_by":{"created":"1705314600123-0000000123456789","amount":2499900}}
        """

    private func load(_ documents: DocumentCollection, _ json: ByteBuffer, for time: Duration) async throws -> Int {
        let deadline = ContinuousClock.now + time
        if together { return try await batches(documents, json, until: deadline) }
        let operation = operation
        return try await withThrowingTaskGroup(of: Int.self) { group in
            for worker in 0..<concurrency {
                group.addTask {
                    var count = 0
                    while ContinuousClock.now < deadline {
                        try await Self.one(operation, documents, Self.key(worker &* 7_919 &+ count), json)
                        count += 1
                    }
                    return count
                }
            }
            return try await group.reduce(0, +)
        }
    }

    private static func one(
        _ operation: Operation, _ documents: DocumentCollection, _ key: String, _ json: ByteBuffer
    ) async throws {
        switch operation {
        case .get: _ = try await documents.get(key).bytes
        case .upsert: try await documents.upsert(key, json: json)
        case .durable: try await documents.upsert(key, json: json, MutationSettings(durability: .majority))
        case .lookup: _ = try await documents.lookupIn(key, [.get("revision"), .get("status")]).bytes(1)
        }
    }

    private func batches(
        _ documents: DocumentCollection, _ json: ByteBuffer, until deadline: ContinuousClock.Instant
    ) async throws -> Int {
        var count = 0
        while ContinuousClock.now < deadline {
            let keys = (count..<count + concurrency).map(Self.key)
            switch operation {
            case .get: for result in await documents.get(keys) { _ = try result.get().bytes }
            case .upsert, .durable:
                let settings = MutationSettings(durability: operation == .durable ? .majority : nil)
                for result in await documents.mutate(keys.map { .upsert($0, json: json) }, settings) {
                    _ = try result.get()
                }
            case .lookup:
                for result in await documents.lookupIn(keys, [.get("revision"), .get("status")]) {
                    _ = try result.get().bytes(1)
                }
            }
            count += concurrency
        }
        return count
    }
}
