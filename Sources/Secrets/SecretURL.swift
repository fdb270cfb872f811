import Foundation

/// An http or https URL that requests are sent to. It may carry a token, so no more than scheme, host and port is shown.
public struct SecretURL: Sendable, Hashable {
    /// Why a text is no such URL. Holds nothing of it.
    public struct Flaw: Error, Hashable, Sendable, CustomStringConvertible {
        public let description: String
    }

    /// The most bytes of a URL.
    public static let maximumBytes = 2_048

    /// All of it.
    public let secret: Secret
    /// `http` or `https`.
    public let scheme: String
    /// As it stands there: a name, an address, or an address of version 6 in brackets.
    public let host: String
    /// nil: the scheme's own.
    public let port: Int?

    /// A part that is never sent, such as a user's name, is refused: whoever wrote it there relies on it.
    ///
    /// - Throws: what is wrong with it.
    public init(_ secret: Secret) throws(Flaw) {
        let text = secret.reveal()
        guard text.utf8.count <= Self.maximumBytes else {
            throw Flaw(description: "it is longer than \(Self.maximumBytes) bytes")
        }
        guard let parts = URLComponents(string: text), let host = parts.host, !host.isEmpty else {
            throw Flaw(description: "it is no URL with a host")
        }
        guard let scheme = parts.scheme, ["http", "https"].contains(scheme) else {
            throw Flaw(description: "it does not begin with http:// or https://")
        }
        guard parts.user == nil, parts.password == nil else {
            throw Flaw(description: "it has a user name or a password, which would not be sent")
        }
        guard parts.fragment == nil else { throw Flaw(description: "it has a fragment, which is never sent") }
        (self.secret, self.scheme, self.host, port) = (secret, scheme, host, parts.port)
    }

    /// Scheme, host and port only.
    public var displayName: String { "\(scheme)://\(host)" + (port.map { ":\($0)" } ?? "") }
}

extension SecretURL: CustomStringConvertible {
    /// ``displayName``.
    public var description: String { displayName }
}
