import Foundation
import Kafka

/// Where a running platform listens, in a file of its data directory, so that the tools find it by themselves.
struct Endpoints: Codable {
    var pid: Int32
    var kafka: String
    /// Where the embedded broker takes logins over TLS.
    var securedKafka: String?
    var http: String?

    static func file(in dataDirectory: String) -> URL { URL(fileURLWithPath: "\(dataDirectory)/endpoints.json") }

    func write(to dataDirectory: String) throws {
        let encoder = JSONEncoder()
        encoder.outputFormatting = [.sortedKeys, .prettyPrinted, .withoutEscapingSlashes]
        try encoder.encode(self).write(to: Endpoints.file(in: dataDirectory), options: .atomic)
    }

    /// What the file says, if the process that wrote it still runs.
    static func read(from dataDirectory: String) -> Endpoints? {
        // No file, or one that is half written: nothing runs there as far as the tools can know.
        guard let data = try? Data(contentsOf: file(in: dataDirectory)),
            let endpoints = try? JSONDecoder().decode(Endpoints.self, from: data)
        else { return nil }
        return kill(endpoints.pid, 0) == 0 || errno == EPERM ? endpoints : nil
    }

    /// The Kafka for clients with these settings: those that are set to log in use the listener that takes logins.
    func kafka(for environment: [String: String]) throws -> String {
        guard let securedKafka else { return kafka }
        return try KafkaSecurity.fromEnvironment(environment) == .plaintext ? kafka : securedKafka
    }

    static func remove(from dataDirectory: String) {
        // It may be gone already.
        try? FileManager.default.removeItem(at: file(in: dataDirectory))
    }
}
