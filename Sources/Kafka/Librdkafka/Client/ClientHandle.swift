import CRdKafka
import Logging
import Synchronization
import Threads

/// Owns one librdkafka instance, and destroys it after its last use.
///
/// `rd_kafka_destroy` waits for every message that the application still holds, and using an instance while or after
/// it is destroyed is undefined. So uses are counted (a call is one, a batch of records is one), and whoever
/// ends the last use of a closing client has it destroyed on a thread made for that. Closing then waits a bounded time.
final class ClientHandle: Sendable {
    /// The instance. Only to be used between `enter` and `leave`.
    nonisolated(unsafe) let client: OpaquePointer
    let context: ClientContext
    private let gate = ClientGate()
    private let teardown = Mutex<[@Sendable () -> Void]>([])
    private let destroyed = Monitor(false)

    /// Takes over the configuration, also when it fails.
    init(_ kind: rd_kafka_type_t, _ configuration: consuming ClientConfiguration, context: ClientContext)
        throws(KafkaError)
    {
        self.context = context
        self.client = try configuration.makeClient(kind, context: context)
        if context.security.isInFiles { CredentialWatch.shared.add(self) }
    }

    @inline(__always)
    func enter() throws(KafkaError) {
        if gate.enter() { return }
        leave()
        throw KafkaError.closed(context.name)
    }

    @inline(__always)
    func leave() {
        if gate.leave() { destroyOnItsOwnThread() }
    }

    var isClosed: Bool { gate.isClosed }

    /// Has `action` run just before the instance is destroyed, the last one first: for queues, topic handles and
    /// threads.
    func beforeDestruction(_ action: @escaping @Sendable () -> Void) {
        teardown.withLock { $0.append(action) }
    }

    /// Refuses further use, while the caller has one to close with: `leave` must follow. False: it was closed already.
    func enterClosing() -> Bool {
        guard gate.enterClosing() else {
            leave()
            return false
        }
        context.state.withLock { $0.isClosing = true }
        return true
    }

    /// Waits for the destruction, so that sockets and threads are gone. False: not in time, it goes on by itself.
    func waitUntilDestroyed(timeout: Duration) -> Bool {
        destroyed.wait(timeout: timeout) { $0 ? true : nil } ?? false
    }

    private func destroyOnItsOwnThread() {
        // Strong: the instance's callbacks need the context until it is gone.
        OSThread.start("kafka-destroy") { [self] in
            for action in teardown.withLock({ $0 }).reversed() { action() }
            // The group was left, or tried to be left, by `close`; don't wait for it again.
            rd_kafka_destroy_flags(client, RD_KAFKA_DESTROY_F_NO_CONSUMER_CLOSE)
            Unmanaged.passUnretained(context).release()
            destroyed.update { $0 = true }
        }
    }
}
