import NIOCore

extension KafkaConsumer {
    /// Waits for records and takes those that are there.
    ///
    /// Returns as soon as there is a record, with up to `max` of them; or with none after `timeout`, and after a
    /// rebalance, which is handled inside. Must be called again within `max.poll.interval.ms`, else the group goes on
    /// without this consumer.
    ///
    /// - Throws: ``ClientError``: what does not pass by itself. A partition that cannot be read (a damaged batch, no
    ///   rights) is an error after the records before it, and again a second later if it still cannot; others are read on.
    public func poll(max: Int = 500, timeout: Duration = .seconds(1)) async throws(ClientError) -> [RecordRun] {
        let wait = timeout.inMilliseconds
        let polled: Polled = await ask { core, done in
            core.poll(maximum: max, until: core.now + wait, then: done)
        }
        guard polled.events.isEmpty else {
            try await handle(polled.events)
            return []
        }
        if let error = polled.error { throw error }
        return polled.runs
    }

    func handle(_ events: [GroupEvent]) async throws(ClientError) {
        let handler = handler.withLockedValue(\.self)
        var failure: ClientError?
        for event in events {
            switch event {
            case .assigned(let new, _):
                let starts = await handler(.assigned(new))
                await change { $0.begin(new, at: starts) }
            case .revoked(let places, let ticket):
                _ = await handler(.revoked(places))
                await change { $0.released(places, ticket) }
            case .lost(let places): _ = await handler(.lost(places))
            case .failed(let error): failure = error
            }
        }
        if let failure { throw failure }
    }
}

extension Duration {
    /// Whole milliseconds, and the largest number of them for what is longer.
    var inMilliseconds: Int64 {
        let (seconds, attoseconds) = components
        let (product, overflows) = seconds.multipliedReportingOverflow(by: 1_000)
        return overflows ? .max / 4 : product + attoseconds / 1_000_000_000_000_000
    }
}
