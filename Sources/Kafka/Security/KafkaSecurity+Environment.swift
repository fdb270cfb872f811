import Secrets

extension KafkaSecurity {
    static let keyVariable = "CONFLUENT_API_KEY"
    static let secretVariable = "CONFLUENT_API_SECRET"
    static let userVariable = "KAFKA_SASL_USERNAME"
    static let passwordVariable = "KAFKA_SASL_PASSWORD"
    static let mechanismVariable = "KAFKA_SASL_MECHANISM"
    static let protocolVariable = "KAFKA_SECURITY_PROTOCOL"
    static let authorityVariable = "KAFKA_SSL_CA_LOCATION"
    static let authorityTextVariable = "KAFKA_SSL_CA_PEM"
    static let certificateVariable = "KAFKA_SSL_CERTIFICATE_LOCATION"
    static let privateKeyVariable = "KAFKA_SSL_KEY_LOCATION"
    static let privateKeyPasswordVariable = "KAFKA_SSL_KEY_PASSWORD"

    /// Reads how connections are secured from environment variables; an empty variable counts as not set.
    ///
    /// | variables | meaning |
    /// |---|---|
    /// | `CONFLUENT_API_KEY`, `CONFLUENT_API_SECRET` | SASL_SSL with PLAIN |
    /// | `KAFKA_SASL_USERNAME`, `KAFKA_SASL_PASSWORD`, `KAFKA_SASL_MECHANISM` | a login: PLAIN by default |
    /// | `KAFKA_SECURITY_PROTOCOL` | `PLAINTEXT`, `SSL`, `SASL_PLAINTEXT`, `SASL_SSL`; by default what the others ask for |
    /// | `KAFKA_SSL_CA_LOCATION` or `KAFKA_SSL_CA_PEM` | who is trusted; by default the system's authorities |
    /// | `KAFKA_SSL_CERTIFICATE_LOCATION`, `KAFKA_SSL_KEY_LOCATION`, `KAFKA_SSL_KEY_PASSWORD` | mTLS |
    ///
    /// Each secret may be in a file whose path is in `<NAME>_FILE`.
    ///
    /// - Throws: ``KafkaError/Code/invalidSetting``, naming the variable, never a secret.
    public static func fromEnvironment(_ environment: [String: String]) throws(KafkaError) -> KafkaSecurity {
        let login = try login(environment)
        let tls = try tls(environment)
        guard let name = text(protocolVariable, environment)?.uppercased() else {
            // A password without TLS is never sent by default.
            return KafkaSecurity(tls: tls ?? (login == nil ? nil : TLS()), login: login)
        }
        guard ["PLAINTEXT", "SSL", "SASL_PLAINTEXT", "SASL_SSL"].contains(name) else {
            throw KafkaSettings.invalid(
                protocolVariable, "is \"\(name)\"; use PLAINTEXT, SSL, SASL_PLAINTEXT or SASL_SSL")
        }
        if name.hasPrefix("SASL") != (login != nil) {
            let what =
                login == nil
                ? "needs a login: set \(userVariable) and \(passwordVariable), or \(keyVariable) and \(secretVariable)"
                : "has no login, and one is set: use SASL_SSL, or unset the user name and the password"
            throw KafkaSettings.invalid(protocolVariable, "is \(name), which \(what)")
        }
        if !name.hasSuffix("SSL"), tls != nil {
            throw KafkaSettings.invalid(
                protocolVariable, "is \(name), which has no TLS: unset the KAFKA_SSL variables, or use SSL or SASL_SSL")
        }
        return KafkaSecurity(tls: name.hasSuffix("SSL") ? tls ?? TLS() : nil, login: login)
    }

    private static func login(_ environment: [String: String]) throws(KafkaError) -> Login? {
        let confluent = try pair(keyVariable, secretVariable, environment)
        let plain = try pair(userVariable, passwordVariable, environment)
        if confluent != nil, plain != nil {
            throw KafkaSettings.invalid(userVariable, "is set, and \(keyVariable) as well: unset one of the two logins")
        }
        let mechanism = try mechanism(environment)
        guard let (username, password) = confluent ?? plain else {
            if mechanism != nil {
                throw KafkaSettings.invalid(
                    mechanismVariable, "is set without a login: set \(userVariable) and \(passwordVariable)")
            }
            return nil
        }
        return Login(mechanism ?? .plain, username: username, password: password)
    }

    private static func mechanism(_ environment: [String: String]) throws(KafkaError) -> Mechanism? {
        guard let name = text(mechanismVariable, environment) else { return nil }
        guard let mechanism = Mechanism(rawValue: name.uppercased()) else {
            throw KafkaSettings.invalid(
                mechanismVariable,
                "is \"\(name)\"; use \(Mechanism.allCases.map(\.rawValue).joined(separator: ", "))")
        }
        return mechanism
    }

    private static func tls(_ environment: [String: String]) throws(KafkaError) -> TLS? {
        var tls: TLS?
        switch (text(authorityVariable, environment), text(authorityTextVariable, environment)) {
        case (nil, nil): break
        case (let path?, nil): tls = TLS(authorities: .file(path))
        case (nil, let text?):
            guard text.contains("-----BEGIN CERTIFICATE-----") else {
                throw KafkaSettings.invalid(
                    authorityTextVariable,
                    "is not PEM text, which begins with -----BEGIN CERTIFICATE-----; a file is named with \(authorityVariable)"
                )
            }
            tls = TLS(authorities: .pem(text))
        case (_?, _?):
            throw KafkaSettings.invalid(authorityTextVariable, "is set, and \(authorityVariable) as well: unset one")
        }
        guard let identity = try identity(environment) else { return tls }
        var secured = tls ?? TLS()
        secured.identity = identity
        return secured
    }

    private static func identity(_ environment: [String: String]) throws(KafkaError) -> TLS.Identity? {
        let password = try source(privateKeyPasswordVariable, environment)
        switch (text(certificateVariable, environment), text(privateKeyVariable, environment)) {
        case (let certificate?, let key?):
            return TLS.Identity(certificateFile: certificate, keyFile: key, keyPassword: password)
        case (nil, nil):
            guard password == nil else {
                throw KafkaSettings.invalid(
                    privateKeyPasswordVariable, "is set without \(privateKeyVariable): the two belong together")
            }
            return nil
        case (_?, nil): throw missing(privateKeyVariable, for: certificateVariable)
        case (nil, _?): throw missing(certificateVariable, for: privateKeyVariable)
        }
    }

    private static func pair(_ name: String, _ secret: String, _ environment: [String: String]) throws(KafkaError)
        -> (SecretSource, SecretSource)?
    {
        switch (try source(name, environment), try source(secret, environment)) {
        case (nil, nil): return nil
        case (let first?, let second?): return (first, second)
        case (_?, nil): throw missing(secret, for: name)
        case (nil, _?): throw missing(name, for: secret)
        }
    }

    private static func missing(_ name: String, for other: String) -> KafkaError {
        KafkaSettings.invalid(name, "is missing: \(other) is set, and the two belong together")
    }

    /// A secret by its variable or by the file that `<NAME>_FILE` names, which is read to see that it can be.
    static func source(_ name: String, _ environment: [String: String]) throws(KafkaError) -> SecretSource? {
        switch (text(name, environment), text(name + "_FILE", environment)) {
        case (nil, nil): return nil
        case (_?, _?): throw KafkaSettings.invalid(name, "and \(name)_FILE are both set: unset one of them")
        case (let text?, nil): return try checked(.value(Secret(text)), Secret(text), name)
        case (nil, let path?):
            let secret: Secret
            do throws(SecretError) {
                secret = try SecretSource.file(path).read()
            } catch {
                throw KafkaSettings.invalid(name + "_FILE", "names a file that is of no use: \(error)")
            }
            return try checked(.file(path), secret, name + "_FILE")
        }
    }

    private static func checked(_ source: SecretSource, _ secret: Secret, _ name: String) throws(KafkaError)
        -> SecretSource
    {
        guard let flaw = SecretFlaw(secret), flaw.isCertain else { return source }
        throw KafkaSettings.invalid(name, "cannot be right: \(flaw.rawValue)")
    }

    private static func text(_ name: String, _ environment: [String: String]) -> String? {
        environment[name].flatMap { $0.isEmpty ? nil : $0 }
    }
}
