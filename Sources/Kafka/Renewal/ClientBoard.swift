import Logging
import Synchronization

/// The long-lived clients of a process, so that their problems can be shown in one place.
public final class ClientBoard: Sendable {
    private let lives = Mutex<[ClientLife]>([])

    /// A board without clients.
    public init() {}

    /// A new one, which is shown from now on.
    public func life(_ name: String, logger: Logger) -> ClientLife {
        let life = ClientLife(name, logger: logger)
        lives.withLock { $0.append(life) }
        return life
    }

    /// Those that fail now, in the order of their making.
    public var failing: [(name: String, error: KafkaError)] {
        lives.withLock { $0 }.compactMap { life in life.problem.map { (life.name, $0) } }
    }
}
