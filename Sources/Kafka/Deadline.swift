/// A point in time up to which something of several steps may take.
package struct Deadline: Sendable {
    private let end: ContinuousClock.Instant

    package init(in duration: Duration) { end = .now + duration }

    package var remaining: Duration { max(.zero, end - .now) }
    package var isOver: Bool { remaining == .zero }
}
