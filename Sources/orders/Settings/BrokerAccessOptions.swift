import ArgumentParser
import BrokerAccess
import EmbeddedBroker

/// Where other machines reach the embedded broker, and who may. Flags beat the environment.
struct BrokerAccessOptions: ParsableArguments {
    @Option(
        help: ArgumentHelp(
            "Where other machines reach the broker: over TLS, with a login. Environment: BROKER_LISTEN. Default: nowhere.",
            valueName: "HOST:PORT"))
    var brokerListen: HostPort?
    @Option(
        help: ArgumentHelp(
            "The address that other machines are given. Environment: BROKER_ADVERTISE. Default: where it listens.",
            valueName: "HOST:PORT"))
    var brokerAdvertise: HostPort?
    @Option(
        help: ArgumentHelp(
            "The broker's certificate and those above it, in PEM. Environment: BROKER_TLS_CERT.", valueName: "FILE"))
    var brokerTlsCert: String?
    @Option(help: ArgumentHelp("The certificate's key, in PEM. Environment: BROKER_TLS_KEY.", valueName: "FILE"))
    var brokerTlsKey: String?
    @Option(
        help: ArgumentHelp(
            "Authorities, in PEM, of which clients need a certificate besides their login. Environment: BROKER_TLS_CLIENT_CA.",
            valueName: "FILE"))
    var brokerTlsClientCa: String?
    @OptionGroup var users: BrokerUsersOptions

    /// - Returns: nil where other machines do not reach the broker.
    /// - Throws: ``PlatformError`` naming everything that is missing.
    func listener(environment: [String: String], dataDirectory: String) throws -> SecuredListener? {
        func text(_ flag: String?, _ name: String) -> String? {
            flag ?? environment[name].flatMap { $0.isEmpty ? nil : $0 }
        }
        func address(_ flag: HostPort?, _ name: String) throws -> HostPort? {
            try flag ?? Setting.parse(name, in: environment, HostPort.init(argument:), "an address HOST:PORT")
        }
        let listen = try address(brokerListen, "BROKER_LISTEN")
        let certificate = text(brokerTlsCert, "BROKER_TLS_CERT")
        let key = text(brokerTlsKey, "BROKER_TLS_KEY")
        let others = [certificate, key, text(brokerTlsClientCa, "BROKER_TLS_CLIENT_CA")]
        guard let listen else {
            guard others.allSatisfy({ $0 == nil }) else {
                throw PlatformError(
                    "the broker has a certificate and nowhere to use it: set --broker-listen HOST:PORT (BROKER_LISTEN)")
            }
            return nil
        }
        guard let certificate, let key else {
            throw PlatformError(
                "the broker does not listen on \(listen) in the open: set --broker-tls-cert FILE and --broker-tls-key FILE (BROKER_TLS_CERT, BROKER_TLS_KEY), and make users with `orders users add`"
            )
        }
        let file = users.path(environment: environment, dataDirectory: dataDirectory)
        guard try !UsersFile(path: file).read().isEmpty else {
            throw PlatformError(
                "the broker does not listen on \(listen) without users, and \(file) has none: make one with `orders users add NAME --write orders`"
            )
        }
        var listener = SecuredListener(
            host: listen.host, port: listen.port, certificateChain: certificate, privateKey: key, users: file)
        listener.clientAuthorities = text(brokerTlsClientCa, "BROKER_TLS_CLIENT_CA")
        listener.advertised = try address(brokerAdvertise, "BROKER_ADVERTISE").map {
            BoundAddress(host: $0.host, port: $0.port)
        }
        if listener.advertised == nil, ["0.0.0.0", "::"].contains(listen.host) {
            throw PlatformError(
                "\(listen) is no address that clients can use: set --broker-advertise HOST:PORT (BROKER_ADVERTISE) to the one they are to be given"
            )
        }
        return listener
    }
}

/// The file of the broker's users.
struct BrokerUsersOptions: ParsableArguments {
    @Option(
        help: ArgumentHelp(
            "The file of the broker's users. Environment: BROKER_USERS. Default: broker-users.json in the data directory.",
            valueName: "FILE"))
    var brokerUsers: String?

    func path(environment: [String: String], dataDirectory: String) -> String {
        if let brokerUsers { return brokerUsers }
        if let named = environment["BROKER_USERS"], !named.isEmpty { return named }
        return "\(dataDirectory)/broker-users.json"
    }
}
