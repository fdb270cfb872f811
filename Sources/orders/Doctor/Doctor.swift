import Foundation
import Kafka
import NIOSSL
import Settings

/// Checks the settings and all that they lead to, in the order in which one thing needs the other.
struct Doctor {
    let environment: [String: String]
    let data: DataOptions
    /// Says each finding as soon as it is there.
    let say: (DoctorFinding) -> Void

    /// - Returns: all findings.
    func run(_ kafka: () throws -> KafkaSettings?) async -> [DoctorFinding] {
        var all: [DoctorFinding] = []
        func take(_ findings: [DoctorFinding]) {
            for finding in findings { say(finding) }
            all += findings
        }
        take(SettingsCheck(environment: environment).findings())
        do {
            if let settings = try kafka() {
                await take(network(settings))
                await take(KafkaCheck(settings: settings).findings())
            } else {
                take([
                    .skipped(
                        "login", "kafka", "no Kafka is named and none runs on \(data.dataDir): `orders up` starts one")
                ])
            }
        } catch {
            take([.skipped("login", "kafka", "the settings above have to be corrected first")])
        }
        take(LocalCheck(data: data).findings())
        await take(StoreCheck(environment: environment, data: data).findings())
        await take(endpoint("gateway", "PAYMENT_GATEWAY_URL"))
        await take(endpoint("webhook", "ALERT_WEBHOOK_URL"))
        return all
    }

    private func network(_ settings: KafkaSettings) async -> [DoctorFinding] {
        var findings: [DoctorFinding] = []
        for server in settings.bootstrapServers.split(separator: ",").prefix(10) {
            let bare = server.drop { $0 == " " }
            let text = bare.firstRange(of: "://").map { String(bare[$0.upperBound...]) } ?? String(bare)
            let address = HostPort(argument: text) ?? HostPort(host: text, port: 9_092)
            do {
                findings += await NetworkCheck(
                    host: address.host, port: address.port, tls: try settings.security.tls?.configuration(),
                    variable: "KAFKA_BOOTSTRAP_SERVERS"
                ).findings()
            } catch {
                findings.append(
                    .failed(
                        "files", "KAFKA_SSL", "the certificates cannot be used (\(NetworkCheck.explain(error)))",
                        "Set KAFKA_SSL_CA_LOCATION, KAFKA_SSL_CERTIFICATE_LOCATION and KAFKA_SSL_KEY_LOCATION to PEM files that belong together, and KAFKA_SSL_KEY_PASSWORD to the password of the key."
                    ))
                break
            }
        }
        return findings
    }

    /// Nothing is posted: a charge or an alert would be taken for a real one.
    private func endpoint(_ step: String, _ variable: String) async -> [DoctorFinding] {
        guard let text = environment[variable], !text.isEmpty else {
            return [.skipped(step, variable, "it is not set")]
        }
        guard let parts = URLComponents(string: text), let host = parts.host, !host.isEmpty else {
            return [.skipped(step, variable, "it has to be corrected first")]
        }
        let isSecure = parts.scheme == "https"
        let check = NetworkCheck(
            host: host, port: parts.port ?? (isSecure ? 443 : 80), tls: isSecure ? .makeClientConfiguration() : nil,
            variable: variable)
        return await check.findings().map { finding in
            var finding = finding
            finding.found = "\(finding.step): \(finding.found)"
            finding.step = step
            return finding
        }
    }
}

extension KafkaSecurity.TLS {
    /// The same for SwiftNIO.
    ///
    /// - Throws: what is wrong with the files.
    func configuration() throws -> TLSConfiguration {
        var configuration = TLSConfiguration.makeClientConfiguration()
        switch authorities {
        case .system: break
        case .file(let path):
            configuration.trustRoots = .file(path)
        case .pem(let text):
            configuration.trustRoots = .certificates(try NIOSSLCertificate.fromPEMBytes(Array(text.utf8)))
        }
        guard let identity else { return configuration }
        configuration.certificateChain = try NIOSSLCertificate.fromPEMFile(identity.certificateFile).map {
            .certificate($0)
        }
        let password = try identity.keyPassword?.read()
        let key = try NIOSSLPrivateKey(file: identity.keyFile, format: .pem) { (set: NIOSSLPassphraseSetter<[UInt8]>) in
            set(Array((password?.reveal() ?? "").utf8))
        }
        configuration.privateKey = .privateKey(key)
        return configuration
    }
}
