import Synchronization

/// A consumer's numbers for topics, counted from 0 in the order in which it first hears of them.
final class TopicNumbers: Sendable {
    private let names = Mutex<[String]>([])

    func id(named name: String) -> TopicID {
        names.withLock { names in
            if let index = names.firstIndex(of: name) { return TopicID(rawValue: index) }
            names.append(name)
            return TopicID(rawValue: names.count - 1)
        }
    }

    func name(of id: TopicID) -> String { names.withLock { $0[id.rawValue] } }

    func knownID(named name: String) -> TopicID? { names.withLock { $0.firstIndex(of: name).map(TopicID.init) } }
}
