import CRdKafka
import Threads

/// The thread that takes a client's events (delivery reports, errors) the moment they are there.
///
/// As events, not callbacks. Each commit contains librdkafka 2.0.2's `flush`, which sleeps in steps of 10 ms when it
/// has to serve callbacks itself. When somebody else takes events, the last delivery wakes it.
final class EventLoop: Sendable {
    private let isEnding = Monitor((ending: false, ended: false))
    nonisolated(unsafe) private let queue: OpaquePointer

    /// Begins at once; ends before the client is destroyed. `delivered` is called on the loop's thread.
    init(_ handle: ClientHandle, name: String, delivered: @escaping @Sendable (OpaquePointer) -> Void = { _ in }) {
        queue = rd_kafka_queue_get_main(handle.client)
        // The client outlives the loop: it is destroyed after `end`.
        nonisolated(unsafe) let client = handle.client
        let context = handle.context
        OSThread.start(name) { [self] in
            while !isEnding.update({ $0.ending }) { serve(client, context, delivered) }
            isEnding.update { $0.ended = true }
        }
        handle.beforeDestruction { [self] in end() }
    }

    private func serve(_ client: OpaquePointer, _ context: ClientContext, _ delivered: (OpaquePointer) -> Void) {
        guard let event = rd_kafka_queue_poll(queue, 1000) else { return }
        defer { rd_kafka_event_destroy(event) }
        switch rd_kafka_event_type(event) {
        case RD_KAFKA_EVENT_DR:
            delivered(event)
        case RD_KAFKA_EVENT_ERROR:
            context.report(
                client: client, code: rd_kafka_event_error(event), reason: rd_kafka_event_error_string(event),
                isFatal: rd_kafka_event_error_is_fatal(event) != 0)
        default:
            break
        }
    }

    /// Takes what is left, then ends.
    private func end() {
        isEnding.update { $0.ending = true }
        rd_kafka_queue_yield(queue)
        _ = isEnding.wait { $0.ended ? true : nil }
        rd_kafka_queue_destroy(queue)
    }
}
