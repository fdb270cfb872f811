import KafkaProtocol
import NIOCore

@testable import KafkaClient

/// One broker of a ``SimulatedCluster``: its connections, and the requests that came over them.
final class SimulatedBroker {
    let id: Int32
    var address: BrokerAddress
    var isUp = true
    /// Connections are accepted and nothing is answered.
    var isSilent = false
    /// Requests that came, by API.
    var received: [API: Int] = [:]
    /// Errors for the next requests of an API, one each; nil for none.
    var errors: [API: [ErrorCode]] = [:]
    /// Of answers, in milliseconds.
    var throttle: Int32 = 0

    init(id: Int32, address: BrokerAddress) {
        self.id = id
        self.address = address
    }

    func takeError(_ api: API) -> ErrorCode? {
        guard var left = errors[api], !left.isEmpty else { return nil }
        defer { errors[api] = left }
        let error = left.removeFirst()
        return error == ErrorCode.none ? nil : error
    }
}
