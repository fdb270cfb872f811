/// A topic of one producer, looked up once and then addressed by number.
public struct TopicHandle: Hashable, Sendable {
    /// Counted from 0 in the order of the first look-ups.
    package let index: Int

    /// For clients that number topics themselves. A number that a client did not give out means nothing to it.
    package init(index: Int) { self.index = index }
}
