/// Keeps the answer of an expensive question for a while; whoever asks while it is being found out waits for the same
/// answer.
actor TimedCache<Value: Sendable> {
    private let lifetime: Duration
    private let load: @Sendable () async -> Value
    private var known: (value: Value, at: ContinuousClock.Instant)?
    private var loading: Task<Value, Never>?

    init(lifetime: Duration, load: @escaping @Sendable () async -> Value) {
        self.lifetime = lifetime
        self.load = load
    }

    func value() async -> Value {
        if let known, .now - known.at < lifetime { return known.value }
        if let loading { return await loading.value }
        // Its own task, so that one caller who goes away does not spoil it for the others.
        let load = self.load
        let task = Task { await load() }
        loading = task
        let value = await task.value
        known = (value, .now)
        loading = nil
        return value
    }
}
