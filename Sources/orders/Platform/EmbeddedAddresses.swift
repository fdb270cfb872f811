import EmbeddedBroker
import Kafka

/// Where the clients of this machine reach the embedded broker.
struct EmbeddedAddresses {
    /// The listener without logins, on loopback.
    var open: String
    /// The one with TLS and logins; nil where there is none.
    var secured: String?

    /// Whether the platform's own clients go in by the listener that takes logins. They do if they are set to log in.
    ///
    /// - Throws: ``PlatformError`` where they are, and there is no such listener.
    static func logsIn(_ environment: [String: String], secured: SecuredListener?) throws -> Bool {
        let security = try KafkaSecurity.fromEnvironment(environment)
        guard security != .plaintext else { return false }
        guard secured != nil else {
            throw PlatformError(
                "the Kafka clients are set to use \(security.protocolName), and the embedded broker has no listener for that: name a cluster with KAFKA_BOOTSTRAP_SERVERS, or set --broker-listen HOST:PORT (BROKER_LISTEN), or unset the login and the KAFKA_SSL variables"
            )
        }
        return true
    }
}

extension BrokerService {
    /// Where clients that log in connect to; nil if the broker has no listener for them.
    var clientAddress: String? { (advertisedAddress ?? securedAddress).map { "\($0)" } }
}
