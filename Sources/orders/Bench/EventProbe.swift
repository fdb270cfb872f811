import AsyncHTTPClient
import Foundation
import Histogram
import NIOCore
import ServiceLifecycle
import Synchronization

/// Posts orders to the API at a rate, reads the event stream beside, and notes how long each order takes to show.
struct EventProbe: Service {
    final class Record: Sendable {
        struct State {
            var sent: [Int64: ContinuousClock.Instant] = [:]
            var early: [Int64: ContinuousClock.Instant] = [:]
            var toEvent = Histogram<UInt64>(highestTrackableValue: 600_000_000)
            var toAnswer = Histogram<UInt64>(highestTrackableValue: 600_000_000)
            var posted = 0
            var seen = 0
        }
        let state = Mutex(State())
    }

    let address: AsyncStream<String>
    let rate: Int
    let seconds: Int
    /// From here on, ids that nothing else uses.
    let firstID: Int64
    let record = Record()

    func run() async throws {
        var url = ""
        for await listening in address {
            url = listening
            break
        }
        if url.isEmpty { return }
        let base = url
        try await cancelWhenGracefulShutdown {
            try await withThrowingTaskGroup(of: Void.self) { group in
                group.addTask { try await readEvents(base) }
                try await Task.sleep(for: .seconds(1))
                try await post(base)
                // What is still on its way gets a moment to show.
                try await Task.sleep(for: .seconds(2))
                group.cancelAll()
            }
        }
    }

    private func post(_ base: String) async throws {
        let total = rate * seconds
        let started = ContinuousClock.now
        try await withThrowingTaskGroup(of: Void.self) { group in
            // Each sender has its own share of the schedule, so that a slow answer delays no other order.
            let senders = 64
            for sender in 0..<senders {
                group.addTask {
                    for index in stride(from: sender, to: total, by: senders) {
                        let due = started + .seconds(Double(index) / Double(rate))
                        try await Task.sleep(until: due)
                        try await post(base, firstID + Int64(index))
                    }
                }
            }
            try await group.waitForAll()
        }
    }

    private func post(_ base: String, _ id: Int64) async throws {
        var request = HTTPClientRequest(url: "\(base)/api/orders")
        request.method = .POST
        request.headers.add(name: "Content-Type", value: "application/json")
        request.body = .bytes(
            ByteBuffer(string: #"{"order_id":\#(id),"customer_id":42,"amount":24.99,"currency":"USD","country":"US"}"#))
        let began = ContinuousClock.now
        record.state.withLock { $0.sent[id] = began }
        let response = try await HTTPClient.shared.execute(request, timeout: .seconds(30))
        _ = try await response.body.collect(upTo: 65_536)
        guard response.status == .accepted else {
            throw PlatformError("the API answered \(response.status) to an order")
        }
        let took = ContinuousClock.now - began
        record.state.withLock {
            $0.posted += 1
            _ = $0.toAnswer.record(took.microseconds)
        }
    }

    private func readEvents(_ base: String) async throws {
        let response = try await HTTPClient.shared.execute(
            HTTPClientRequest(url: "\(base)/api/events"), timeout: .hours(1))
        var rest = ByteBuffer()
        do {
            for try await part in response.body {
                rest.writeImmutableBuffer(part)
                note(&rest)
            }
        } catch is CancellationError {}
    }

    /// Takes whole lines and looks for the order ids in them.
    private func note(_ buffer: inout ByteBuffer) {
        let now = ContinuousClock.now
        while let end = buffer.readableBytesView.firstIndex(of: 0x0A) {
            let length = end - buffer.readerIndex + 1
            guard let line = buffer.readString(length: length) else { break }
            guard line.hasPrefix("data: {\"order_id\":") else { continue }
            let digits = line.dropFirst(18).prefix { $0.isNumber }
            guard let id = Int64(digits) else { continue }
            record.state.withLock {
                guard let began = $0.sent.removeValue(forKey: id) else { return }
                $0.seen += 1
                _ = $0.toEvent.record((now - began).microseconds)
            }
        }
        buffer.discardReadBytes()
    }
}

extension Duration {
    var microseconds: UInt64 {
        let parts = components
        return UInt64(max(0, parts.seconds * 1_000_000 + parts.attoseconds / 1_000_000_000_000))
    }
}
