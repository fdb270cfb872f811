import OrderEvents
import Synchronization

/// The count of homes as this process knows it: read again whenever the topic that keeps it has got a new record.
public final class KnownLayout: Sendable {
    private struct State {
        var layout: HomeLayout?
        var end: Int64?
    }

    private let load: @Sendable () async throws -> HomeLayout?
    private let state = Mutex(State())

    /// - Parameter load: reads the layout; nil where none was ever written.
    public init(load: @escaping @Sendable () async throws -> HomeLayout?) {
        self.load = load
    }

    /// Nil: not known (yet).
    public var current: HomeLayout? { state.withLock { $0.layout } }

    /// The layout's topic ends here now.
    func refresh(end: Int64) async throws {
        if state.withLock({ $0.end }) == end { return }
        let layout = try await load()
        state.withLock { $0 = State(layout: layout, end: end) }
    }
}
