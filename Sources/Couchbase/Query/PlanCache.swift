import DequeModule
import NIOConcurrencyHelpers

/// The names of plans that the service made. The oldest go first.
final class PlanCache: Sendable {
    struct Key: Hashable, Sendable {
        let statement: String
        let context: String
    }

    private static let maximumCount = 4_096

    private struct State {
        var names: [Key: String] = [:]
        var order = Deque<Key>()
    }

    private let state = NIOLockedValueBox(State())

    subscript(key: Key) -> String? { state.withLockedValue { $0.names[key] } }

    func set(_ name: String, for key: Key) {
        state.withLockedValue { state in
            if state.names.updateValue(name, forKey: key) == nil { state.order.append(key) }
            while state.order.count > Self.maximumCount { state.names[state.order.removeFirst()] = nil }
        }
    }

    func remove(_ key: Key) {
        state.withLockedValue { state in
            guard state.names.removeValue(forKey: key) != nil else { return }
            state.order.removeAll { $0 == key }
        }
    }
}
