import Foundation
import Kafka
import OrderEvents
import ServiceLifecycle
import StreamProcessing
import Testing

@testable import OrderServices

/// All tests that run a service's processor against a broker, one after another: each has clients and threads of its own.
@Suite(.serialized, .timeLimit(.minutes(3)))
enum ServiceTests {}

struct GaveUp: Error, CustomStringConvertible { let description: String }

extension DeskBroker {
    /// The flow's topics with their dead letters, of one partition each.
    static let flow =
        Topics.specs(partitions: 1)
        + Consumption.allCases.map { Topics.deadLetterSpec(topic: $0.topic.name, group: $0.group, partitions: 1) }

    /// Runs a service beside `body`, in a state directory of that name, and stops it gracefully afterwards.
    func withService(
        _ definition: TaskDefinition, state: String = "state", _ makeProcessor: @escaping @Sendable () -> any StreamProcessor,
        _ body: () async throws -> Void
    ) async throws {
        var policy = HandlingPolicy()
        policy.backoff = Backoff(base: .milliseconds(5), cap: .milliseconds(50))
        let task = StreamTask(
            definition, kafka: settings, stateDirectory: "\(directory)-\(state)", policy: policy, logger: logger, makeProcessor: makeProcessor)
        let group = ServiceGroup(configuration: ServiceGroupConfiguration(services: [.init(service: task)], logger: logger))
        async let running: Void = group.run()
        do {
            try await body()
        } catch {
            await group.triggerGracefulShutdown()
            try await running
            throw error
        }
        await group.triggerGracefulShutdown()
        try await running
    }

    /// Writes events in one go, so that a service which starts afterwards gets them in one batch.
    func write<Event: EventValue>(_ events: [Event], to topic: Topic<Event>, headers: [RecordHeader] = []) async throws {
        let settings = settings
        let logger = logger
        try await DedicatedThread(name: "test-write").run { () throws(any Error) in
            let producer = try KafkaProducer(settings: settings, logger: logger)
            defer { producer.close() }
            let handle = try producer.topic(topic.name)
            for event in events {
                var json = JSONBytes()
                topic.encode(event, into: &json)
                try topic.key(of: event).withUnsafeBytes { key in
                    try json.withUnsafeBytes { try producer.produce(to: handle, partition: 0, key: key, value: $0, headers: headers, whenFull: .wait) }
                }
            }
            try producer.flush()
        }
    }

    /// Waits until a topic has so many committed records, and gives them.
    func records(_ topic: String, reach count: Int) async throws -> [Sent] {
        for _ in 0..<600 {
            let records = try await committed(topic)
            if records.count >= count { return records }
            try await Task.sleep(for: .milliseconds(50))
        }
        throw GaveUp(description: "\(topic) never had \(count) records, but \(try await committed(topic).count)")
    }

    /// Waits until the group has read all of a topic.
    func group(_ group: String, hasRead topic: String) async throws {
        for _ in 0..<600 {
            if try await admin.lag(ofGroup: group, topics: [topic]).total == 0 { return }
            try await Task.sleep(for: .milliseconds(50))
        }
        throw GaveUp(description: "\(group) never read all of \(topic)")
    }
}
