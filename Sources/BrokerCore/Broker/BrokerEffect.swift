import BrokerStorage
import KafkaProtocol
import Logging

/// One request's place among those of its connection.
package struct RequestToken: Hashable, Sendable {
    package var connection: UInt64
    /// Counts up from 0 within the connection.
    package var number: UInt64

    package init(connection: UInt64, number: UInt64) {
        self.connection = connection
        self.number = number
    }
}

/// What a request came with besides its body.
package struct RequestContext: Hashable, Sendable {
    package var token: RequestToken
    package var header: RequestHeader
    /// The client's address, as consumer groups list it.
    package var clientHost: String

    package init(token: RequestToken, header: RequestHeader, clientHost: String) {
        self.token = token
        self.header = header
        self.clientHost = clientHost
    }
}

/// What the core wants done outside of it.
package enum BrokerEffect: Sendable {
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
    /// Everything asked for by ``Broker/shutDown(now:)`` is on disk.
    case shutDownComplete
}
