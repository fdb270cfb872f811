import DeadLetters
import Foundation
import Kafka
import Logging
import OrderEvents
import Synchronization

/// Acts through a desk of its own for each: the desk that began last is the one that decides.
public struct KafkaDeadLetterActs: DeadLetterActs {
    private let settings: KafkaSettings
    private let logger: Logger

    /// - Parameter settings: of the cluster with the dead-letter topics.
    public init(settings: KafkaSettings, logger: Logger) {
        self.settings = settings
        self.logger = logger
    }

    /// Reads the log at the dead letter's place.
    public func find(_ id: DeadLetterID) async throws -> (letter: DeadLetter, standing: DeadLetterLedger.Standing)? {
        try await withDesk(by: "") { try await $0.find([id])[id].map { (letter: $0.0, standing: $0.1) } }
    }

    /// Puts records back on their topics.
    public func replay(
        _ selection: DeadLetterSelection, _ options: ReplayOptions, by: String, isDryRun: Bool,
        report: @escaping @Sendable (DeadLetterOutcome) -> Void
    ) async throws -> DeadLetterSummary {
        try await withDesk(by: by) { desk in
            switch selection {
            case .matching(let filter):
                try await desk.replay(matching: filter, options, isDryRun: isDryRun, report: report)
            case .ids(let ids):
                try await desk.replay(
                    Self.once(ids.map { ($0, .original) }), options, isDryRun: isDryRun, report: report)
            case .corrected(let corrections):
                try await desk.replay(
                    Self.once(corrections.map { ($0.id, .value($0.value)) }), options, isDryRun: isDryRun,
                    report: report)
            }
        }
    }

    /// Marks dead letters as dealt with.
    public func discard(
        _ selection: DeadLetterSelection, by: String, isDryRun: Bool,
        report: @escaping @Sendable (DeadLetterOutcome) -> Void
    ) async throws -> DeadLetterSummary {
        try await withDesk(by: by) { desk in
            switch selection {
            case .matching(let filter):
                try await desk.discard(matching: filter, isDryRun: isDryRun, report: report)
            case .ids(let ids): try await desk.discard(ids, isDryRun: isDryRun, report: report)
            case .corrected(let corrections):
                try await desk.discard(corrections.map(\.id), isDryRun: isDryRun, report: report)
            }
        }
    }

    private func withDesk<Value>(by: String, _ body: (DeadLetterDesk) async throws -> Value) async throws -> Value {
        let desk = try DeadLetterDesk(kafka: settings, by: by, logger: logger) {
            Int64(Date().timeIntervalSince1970 * 1_000)
        }
        do {
            let value = try await body(desk)
            await desk.close()
            return value
        } catch {
            await desk.close()
            throw error
        }
    }

    /// The desk asks for chunks until there is none.
    private static func once(
        _ chosen: [(DeadLetterID, ReplacedValue)]
    ) -> @Sendable () throws -> [(DeadLetterID, ReplacedValue)]? {
        let isTaken = Atomic(false)
        return { isTaken.exchange(true, ordering: .relaxed) ? nil : chosen }
    }
}
