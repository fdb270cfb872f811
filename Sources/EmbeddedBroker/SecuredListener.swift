/// Where other machines reach the broker: over TLS, with a login, by their rights.
public struct SecuredListener: Sendable {
    /// Where to listen: any address of this machine, `0.0.0.0` or `::` for all of them.
    public var host: String
    /// 0 for any free port.
    public var port: Int
    /// The address that clients are given. Needed where `host` is none that they can use.
    public var advertised: BoundAddress?
    /// The file of the certificate and those above it, in PEM. Read again when it changes.
    public var certificateChain: String
    /// The file of the certificate's key, in PEM. Read again when it changes.
    public var privateKey: String
    /// The file of the authorities, in PEM, of which clients need a certificate (mTLS), besides their login; nil if
    /// they need none.
    public var clientAuthorities: String?
    /// The file of the users, see `BrokerAccess.UsersFile`. Read again when it changes.
    public var users: String

    /// The most connections of one address; further ones are closed at once.
    public var maxConnectionsPerAddress = 100
    /// Of these, the most that are not logged in yet.
    public var maxLoginsPerAddress = 20
    /// How long a connection has for TLS and login together.
    public var loginDeadline: Duration = .seconds(10)
    /// How long a login lasts before it has to be repeated on the connection (KIP-368); nil for as long as that.
    public var sessionLifetime: Duration?
    /// How often changed files are looked for.
    public var reloadInterval: Duration = .seconds(1)

    /// A listener with the default limits.
    public init(host: String, port: Int, certificateChain: String, privateKey: String, users: String) {
        self.host = host
        self.port = port
        self.certificateChain = certificateChain
        self.privateKey = privateKey
        self.users = users
    }

    var isWildcard: Bool { host == "0.0.0.0" || host == "::" }

    func validate() throws(EmbeddedBrokerError) {
        func require(_ condition: Bool, _ message: String) throws(EmbeddedBrokerError) {
            if !condition { throw EmbeddedBrokerError(.invalidConfiguration, message) }
        }
        try require((0...65535).contains(port), "port \(port) does not exist; use 0 to 65535")
        try require(
            !isWildcard || advertised != nil,
            "\(host) is no address that clients can use: say which one they are to be given")
        if let advertised {
            try require(
                (1...65535).contains(advertised.port), "port \(advertised.port) cannot be advertised; use 1 to 65535")
        }
        try require(
            maxConnectionsPerAddress > 0 && maxLoginsPerAddress > 0, "an address needs at least one connection")
    }
}
