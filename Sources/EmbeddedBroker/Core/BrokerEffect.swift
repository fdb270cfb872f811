import BrokerStorage
import KafkaProtocol
import Logging

/// One request's place among those of its connection.
struct RequestToken: Hashable, Sendable {
    var connection: UInt64
    /// Counts up from 0 within the connection.
    var number: UInt64
}

/// What a request came with besides its body.
struct RequestContext: Hashable, Sendable {
    var token: RequestToken
    var header: RequestHeader
    /// The client's address, as consumer groups list it.
    var clientHost: String
}

/// What the core wants done outside of it.
enum BrokerEffect: Sendable {
    /// Answer a request. The shell keeps the answers of a connection in the order of its requests.
    case respond(RequestToken, any KafkaMessage)
    /// The request gets no answer (acks=0).
    case noResponse(RequestToken)
    /// Close a connection, with the reason to log.
    case close(connection: UInt64, reason: String)
    case storage(StorageOperation)
    case log(Logger.Level, String)
    /// The broker can no longer keep its promises; the data directory is left as it is.
    case failed(StorageError)
    /// Everything asked for by ``BrokerCore/shutDown(now:)`` is on disk.
    case shutDownComplete
}
