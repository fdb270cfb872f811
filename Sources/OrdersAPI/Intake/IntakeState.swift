import OrderEvents
import Synchronization

/// What the intake remembers between requests: how many are under way, which keys they have, what recent keys were
/// answered.
final class IntakeState: Sendable {
    private struct State: Sendable {
        var inFlight = 0
        var keysInFlight: Set<String> = []
        var receipts: [String: LogReceipt] = [:]
        /// The keys of `receipts`, oldest first; a ring.
        var order: [String] = []
        var oldest = 0
    }

    private let maximumInFlight: Int
    private let maximumReceipts: Int
    private let state = Mutex(State())

    init(maximumInFlight: Int, maximumReceipts: Int = 10_000) {
        self.maximumInFlight = maximumInFlight
        self.maximumReceipts = max(1, maximumReceipts)
    }

    /// Whether one more request may be worked on; if so ``leave()`` must follow.
    func enter() -> Bool {
        state.withLock { state in
            guard state.inFlight < maximumInFlight else { return false }
            state.inFlight += 1
            return true
        }
    }

    func leave() {
        state.withLock { $0.inFlight -= 1 }
    }

    /// Whether the key is now this request's; if so ``release(_:)`` must follow.
    func take(_ key: IdempotencyKey) -> Bool {
        state.withLock { $0.keysInFlight.insert(key.text).inserted }
    }

    func release(_ key: IdempotencyKey) {
        state.withLock { _ = $0.keysInFlight.remove(key.text) }
    }

    /// Where the order of a completed key went; nil once it is among the forgotten.
    func receipt(of key: IdempotencyKey) -> LogReceipt? {
        state.withLock { $0.receipts[key.text] }
    }

    /// Remembers it, instead of the oldest one if there are too many.
    func remember(_ receipt: LogReceipt, of key: IdempotencyKey) {
        state.withLock { state in
            guard state.receipts.updateValue(receipt, forKey: key.text) == nil else { return }
            if state.order.count < maximumReceipts {
                state.order.append(key.text)
            } else {
                state.receipts[state.order[state.oldest]] = nil
                state.order[state.oldest] = key.text
                state.oldest = (state.oldest + 1) % maximumReceipts
            }
        }
    }
}
