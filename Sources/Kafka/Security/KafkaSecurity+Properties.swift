import Secrets

extension KafkaSecurity {
    /// As librdkafka's properties. Reads the files that hold secrets.
    ///
    /// - Throws: ``KafkaError/Code/invalidSetting`` naming the file that cannot be read.
    func properties() throws(KafkaError) -> [(name: String, value: String)] {
        var properties = [("security.protocol", protocolName.lowercased())]
        if let login {
            let credentials = try login.credentials()
            properties += [
                ("sasl.mechanisms", login.mechanism.rawValue), ("sasl.username", credentials.username),
                ("sasl.password", credentials.password.reveal()),
            ]
        }
        guard let tls else { return properties }
        // librdkafka before 2.0 does not check the name by itself.
        properties.append(("ssl.endpoint.identification.algorithm", "https"))
        switch tls.authorities {
        case .system: break
        case .file(let path): properties.append(("ssl.ca.location", path))
        case .pem(let text): properties.append(("ssl.ca.pem", text))
        }
        if let identity = tls.identity {
            properties += [
                ("ssl.certificate.location", identity.certificateFile), ("ssl.key.location", identity.keyFile),
            ]
            if let password = identity.keyPassword {
                properties.append(("ssl.key.password", try Self.read(password).reveal()))
            }
        }
        return properties
    }

    static func read(_ source: SecretSource) throws(KafkaError) -> Secret {
        do throws(SecretError) {
            return try source.read()
        } catch {
            throw KafkaError(
                code: .invalidSetting,
                message: "\(error). Put the secret there, or correct the setting that names the file")
        }
    }
}

/// A user name and a password, as they are at one moment.
package struct Credentials: Hashable {
    package var username: String
    package var password: Secret
}

extension KafkaSecurity.Login {
    /// Reads them, where they are in files.
    package func credentials() throws(KafkaError) -> Credentials {
        Credentials(
            username: try KafkaSecurity.read(username).reveal(), password: try KafkaSecurity.read(password))
    }

    /// Whether they can change while the process runs.
    var isInFiles: Bool {
        if case .file = username { return true }
        if case .file = password { return true }
        return false
    }
}
