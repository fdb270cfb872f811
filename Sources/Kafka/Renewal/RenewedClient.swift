import Synchronization

/// A client for calls that is replaced when it is of no further use.
///
/// The old one is let go of: calls that are under way keep it until they are done, and its last user closes it in the
/// background.
public final class RenewedClient<Client: AnyObject & Sendable>: Sendable {
    private struct State {
        var client: Client?
        /// Counts the clients: a call that failed with an earlier one must not end the present one.
        var number = 0
        var isClosed = false
    }

    private let life: ClientLife
    private let make: @Sendable () throws(KafkaError) -> Client
    private let state = Mutex(State())

    /// - Parameters:
    ///   - life: what the client is for, and how it fares.
    ///   - make: makes a client; contacts no broker, so it fails for wrong settings only.
    /// - Throws: what `make` throws.
    public init(_ life: ClientLife, make: @escaping @Sendable () throws(KafkaError) -> Client) throws(KafkaError) {
        self.life = life
        self.make = make
        let first = try make()
        state.withLock { $0.client = first }
    }

    /// Makes a call. If it shows that the client is of no further use, it is made once more with a new one: so `body`
    /// must be harmless to repeat.
    ///
    /// - Throws: what `body` throws, or the error of an earlier call while it is too early for another client.
    public func use<R: Sendable>(_ body: @Sendable (Client) async throws(KafkaError) -> R) async throws(KafkaError) -> R
    {
        let (first, number) = try current()
        do throws(KafkaError) {
            return try await succeeding(first, body)
        } catch {
            guard life.failed(error), retire(number), error.endsClient else { throw error }
        }
        let (second, next) = try current()
        do throws(KafkaError) {
            return try await succeeding(second, body)
        } catch {
            if life.failed(error) { _ = retire(next) }
            throw error
        }
    }

    private func succeeding<R: Sendable>(
        _ client: Client, _ body: @Sendable (Client) async throws(KafkaError) -> R
    ) async throws(KafkaError) -> R {
        let result = try await body(client)
        life.succeeded()
        return result
    }

    /// The client at hand, without a call; nil while it is too early for another one, and once closed.
    public var client: Client? {
        do throws(KafkaError) { return try current().0 } catch { return nil }
    }

    /// Makes no more clients. The caller closes the last one, which is returned.
    public func close() -> Client? {
        state.withLock { state in
            state.isClosed = true
            return state.client.take()
        }
    }

    private func current() throws(KafkaError) -> (Client, Int) {
        let result = state.withLock { state -> Result<(Client, Int), KafkaError> in
            if let client = state.client { return .success((client, state.number)) }
            if state.isClosed { return .failure(KafkaError.closed(life.name)) }
            guard life.pause == .zero else {
                let reason = life.problem ?? KafkaError(code: .clientFailed, message: "the client failed")
                return .failure(
                    KafkaError(
                        code: reason.code, message: "\(reason.message); another client is made soon",
                        context: reason.context, isRetriable: true))
            }
            do throws(KafkaError) {
                let client = try make()
                state.client = client
                life.renewed()
                return .success((client, state.number))
            } catch {
                return .failure(error)
            }
        }
        return try result.get()
    }

    /// - Returns: true: this client is no longer at hand, and the next call makes or finds another.
    private func retire(_ number: Int) -> Bool {
        let old = state.withLock { state -> Client? in
            guard state.number == number, !state.isClosed else { return nil }
            state.number += 1
            return state.client.take()
        }
        // Outside of the lock, as it may be the last reference, which closes the client.
        _ = old
        return state.withLock { !$0.isClosed }
    }
}
