import NIOConcurrencyHelpers

/// Who waits for the acknowledgement of which record.
final class DeliveryWaiters: Sendable {
    typealias Handler = @Sendable (KafkaProducer.Delivery) -> Void

    private struct State {
        var last: UInt64 = 0
        var handlers: [UInt64: Handler] = [:]
    }

    private let state = NIOLockedValueBox(State())

    /// The token to append the record with.
    func add(_ handler: @escaping Handler) -> UInt64 {
        state.withLockedValue { state in
            state.last += 1
            state.handlers[state.last] = handler
            return state.last
        }
    }

    func fail(_ token: UInt64, _ error: ClientError) { remove(token)?(.failure(error)) }

    /// A batch has its outcome.
    func take(_ outcome: BatchOutcome) {
        for (record, token) in outcome.tokens {
            guard let handler = remove(token) else { continue }
            switch outcome.result {
            case .success(let base):
                handler(
                    .success(
                        .init(partition: outcome.place.partition, offset: base < 0 ? -1 : base + Int64(record))))
            case .failure(let failure): handler(.failure(failure.described))
            }
        }
    }

    private func remove(_ token: UInt64) -> Handler? {
        state.withLockedValue { $0.handlers.removeValue(forKey: token) }
    }
}

extension BatchOutcome.Failure {
    /// The error, and whether the records may be in the log all the same.
    var described: ClientError {
        guard mayBeWritten else { return error }
        return ClientError(
            error.code, "\(error.message); the record may have been written", context: error.context,
            isRetriable: false, isFatal: error.isFatal, mustAbortTransaction: error.mustAbortTransaction)
    }
}
