/// Carries a value from one thread to another, once.
///
/// Unchecked: the value arrives as `sending`, so nobody else holds it, and `take` gives it away once.
package final class OneUse<Value>: @unchecked Sendable {
    private var value: Value?

    package init(_ value: sending Value) { self.value = value }

    package func take() -> sending Value {
        nonisolated(unsafe) let result = value.take()!
        return result
    }
}
