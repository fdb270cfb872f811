import Threads

/// What a thread waits for while the event loop works it out.
///
/// The one place where this module blocks. It is for threads of their own: one of Swift's pool must never come here,
/// and the event loop would wait for itself.
struct Reply<Value: Sendable>: Sendable {
    private let state = Monitor<Value?>(nil)

    /// Begins a call, and blocks the thread until the call's end. The call has to end by itself, at a deadline for
    /// example.
    ///
    /// - Parameter begin: hands the reply to whoever gives it, once.
    static func wait(_ begin: (Reply) -> Void) -> Value {
        let reply = Reply()
        begin(reply)
        while true {
            if let value = reply.state.wait(until: { $0 }) { return value }
        }
    }

    /// The value is there. Any thread.
    func give(_ value: Value) { state.update { $0 = value } }
}
