/// What tells aggregates apart.
@usableFromInline
package struct AggregateKey: Hashable, Sendable {
    @usableFromInline package let window: AggregateWindow
    @usableFromInline package let partition: Int32

    package init(window: AggregateWindow, partition: Int32) {
        self.window = window
        self.partition = partition
    }

    package init(_ aggregate: Aggregate) { self.init(window: aggregate.window, partition: aggregate.partition) }
}
