import Foundation
import Kafka
import Logging
import Synchronization

/// Makes sure that a broker answers before anything else is asked of it: says soon what is waited for, and ends soon.
enum BrokerContact {
    /// When a broker that is silent is first spoken of.
    private static let noticeAfter: Duration = .milliseconds(1_500)
    /// When a fault that only a person can remove ends the wait.
    private static let permanentAfter: Duration = .seconds(3)

    /// - Parameters:
    ///   - limit: how long to try.
    ///   - advice: what to do if none answers, as a sentence.
    ///   - says: whether a person is notified of a broker that is silent.
    /// - Throws: ``PlatformError`` that names the address, the last reason and the advice.
    static func require(_ settings: KafkaSettings, limit: Duration, advice: String, says: Bool = true) async throws {
        var logger = Logger(label: "kafka")
        // What goes wrong is said here, once.
        logger.logLevel = .critical
        let admin = try KafkaAdmin(settings: settings, clientID: "orders-contact", logger: logger)
        let race = Race()
        do {
            try await withCheckedThrowingContinuation { (continuation: CheckedContinuation<Void, any Error>) in
                race.begin(continuation)
                Task { await ask(admin, race) }
                Task { await watch(admin, settings, limit: limit, advice: advice, says: says, race) }
            }
        } catch {
            // A call that is under way cannot be called back, and holds the client until it ends: nobody waits for it.
            Task { await admin.close() }
            throw error
        }
        await admin.close()
    }

    /// Asks until there is an answer. While there is no connection, the watch says when that has lasted too long: a
    /// login may be put right meanwhile, and one client library gives up at the first refusal, the other never.
    private static func ask(_ admin: KafkaAdmin, _ race: Race) async {
        while !race.isOver {
            do {
                _ = try await admin.metadata()
                return race.end(.success(()))
            } catch {
                // If a connection stands and no answer comes, the call itself says so.
                guard error.isRetriable || error.code.isOfConnection, !admin.status.isConnected else {
                    return race.end(.failure(error))
                }
                // No sooner: a broker may let the answer to each further failed login wait twice as long. Not cancelled
                // by anyone: it ends with the race.
                try? await Task.sleep(for: .seconds(1))
            }
        }
    }

    private static func watch(
        _ admin: KafkaAdmin, _ settings: KafkaSettings, limit: Duration, advice: String, says: Bool,
        _ race: Race
    ) async {
        let began = ContinuousClock.now
        var hasSaid = !says
        while !race.isOver {
            // Not cancelled by anyone: it ends with the race.
            try? await Task.sleep(for: .milliseconds(100))
            let waited = .now - began
            if race.isOver { return }
            // Time for a broker that is being restarted with other settings; more would not help.
            if waited >= permanentAfter, let fault = admin.status.fault, fault.isPermanent {
                race.end(.failure(PlatformError("\(fault)")))
                return
            }
            if !hasSaid, waited >= noticeAfter {
                hasSaid = true
                Standard.error(
                    "no Kafka broker answers at \(settings.bootstrapServers) yet\(reason(admin)); trying for \(limit.components.seconds) s\n"
                )
            }
            if waited >= limit {
                // Of a connection that was only closed it is known what may be set wrong.
                let advice = admin.status.fault.flatMap { $0.isGuess ? $0.advice : nil } ?? advice
                race.end(
                    .failure(
                        PlatformError(
                            "no Kafka broker answers at \(settings.bootstrapServers)\(reason(admin)). \(advice)")))
            }
        }
    }

    /// The last thing that went wrong, in brackets.
    private static func reason(_ admin: KafkaAdmin) -> String {
        if let fault = admin.status.fault { return " (\(fault.what))" }
        // "All brokers are down" says no more than the sentence does.
        guard let error = admin.status.lastError, !error.message.hasSuffix("brokers are down") else { return "" }
        // librdkafka says the address twice, and how long it was in which state.
        let message = error.message.split(separator: ": ").last.map(String.init) ?? error.message
        return " (\(message.split(separator: " (").first.map(String.init) ?? message))"
    }

    /// The first outcome counts.
    private final class Race: Sendable {
        private let continuation = Mutex<CheckedContinuation<Void, any Error>?>(nil)
        private let over = Mutex(false)

        var isOver: Bool { over.withLock { $0 } }

        func begin(_ continuation: CheckedContinuation<Void, any Error>) {
            self.continuation.withLock { $0 = continuation }
        }

        func end(_ outcome: Result<Void, any Error>) {
            over.withLock { $0 = true }
            let waiting = continuation.withLock { waiting in
                defer { waiting = nil }
                return waiting
            }
            waiting?.resume(with: outcome)
        }
    }
}
