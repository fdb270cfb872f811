import AsyncHTTPClient
import Couchbase
import Foundation
import NIOCore
import NIOPosix

/// The test cluster of Tests/CouchbaseCluster as a process of its own, which ends with this one.
package final class TestCluster: Sendable {
    package struct Endpoints: Decodable, Sendable {
        package let connection_string: String
        package let tls_connection_string: String?
        package let ca: String?
        package let user: String
        package let password: String
        package let bucket: String
        package let control: String
        package let ports: [[String: Int]]
    }

    package struct DidNotStart: Error { let output: String }
    package struct Refused: Error {
        let request: String
        let status: UInt
    }

    package let endpoints: Endpoints
    private let process: Process

    /// A cluster for all tests that put it back as it was.
    package static let shared = Task {
        try await TestCluster("--nodes", "3", "--replicas", "1", "--vbuckets", "64", "--tls")
    }

    package init(_ options: String...) async throws {
        let folder = URL(filePath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
            .appending(path: "CouchbaseCluster")
        let process = Process()
        process.executableURL = URL(filePath: "/usr/bin/env")
        process.arguments = ["python3", "-B", "-m", "couchbase_cluster", "--seconds", "3600"] + options
        process.currentDirectoryURL = folder
        let pipe = Pipe()
        process.standardOutput = pipe
        try process.run()
        self.process = process
        let output = pipe.fileHandleForReading
        // Waits for the one line that says where it listens.
        let line = try await NIOThreadPool.singleton.runIfActive {
            var line = Data()
            while !line.contains(UInt8(ascii: "\n")) {
                let piece = output.availableData
                guard !piece.isEmpty else { throw DidNotStart(output: String(decoding: line, as: UTF8.self)) }
                line += piece
            }
            return line
        }
        endpoints = try JSONDecoder().decode(Endpoints.self, from: line)
    }

    package func stop() { process.terminate() }

    /// With times that a busy machine keeps: the default 2.5 s of an operation are for a server, not for one process
    /// that plays all nodes beside other tests.
    package static func patient(_ connectionString: String) -> String {
        connectionString + "?kv_timeout=60s&kv_durable_timeout=60s&kv_connect_timeout=60s"
    }

    package var options: ClusterOptions { ClusterOptions(username: endpoints.user, password: endpoints.password) }

    package var encryptedOptions: ClusterOptions {
        var options = options
        options.certificateFile = endpoints.ca
        return options
    }

    /// A command of the control port.
    package func post(_ path: String, _ body: String = "{\"now\": true}", method: String = "POST") async throws {
        var request = HTTPClientRequest(url: "\(endpoints.control)/\(path)")
        request.method = .init(rawValue: method)
        request.body = .bytes(ByteBuffer(string: body))
        try await run(request, path)
    }

    private struct State: Decodable {
        struct Fault: Decodable { let hits: Int }
        let faults: [Fault]
    }

    /// How many requests the faults have met.
    package func hits() async throws -> Int {
        let response = try await HTTPClient.shared.execute(
            HTTPClientRequest(url: "\(endpoints.control)/state"), timeout: .seconds(10))
        let body = try await response.body.collect(upTo: 1 << 20)
        return try JSONDecoder().decode(State.self, from: Data(body.readableBytesView)).faults.map(\.hits).reduce(0, +)
    }

    /// A request to the management service, with a form.
    package func manage(_ path: String, _ form: String, method: String = "POST") async throws {
        var request = HTTPClientRequest(
            url: "http://127.0.0.1:\(endpoints.ports[0]["mgmt"] ?? 0)/pools/default/buckets/\(endpoints.bucket)/\(path)"
        )
        request.method = .init(rawValue: method)
        request.setBasicAuth(username: endpoints.user, password: endpoints.password)
        request.headers.add(name: "Content-Type", value: "application/x-www-form-urlencoded")
        request.body = .bytes(ByteBuffer(string: form))
        try await run(request, path)
    }

    private func run(_ request: HTTPClientRequest, _ path: String) async throws {
        let response = try await HTTPClient.shared.execute(request, timeout: .seconds(10))
        guard response.status.code < 300 else { throw Refused(request: path, status: response.status.code) }
    }
}
