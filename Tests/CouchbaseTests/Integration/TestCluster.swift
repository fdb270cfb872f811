import AsyncHTTPClient
import Foundation
import NIOCore
import NIOPosix
import Testing

@testable import Couchbase

/// The test cluster of Tests/CouchbaseCluster as a process of its own, which ends with this one.
final class TestCluster: Sendable {
    struct Endpoints: Decodable, Sendable {
        let connection_string: String
        let tls_connection_string: String?
        let ca: String?
        let user: String
        let password: String
        let bucket: String
        let control: String
        let ports: [[String: Int]]
    }

    struct DidNotStart: Error { let output: String }

    let endpoints: Endpoints
    private let process: Process

    /// A cluster for all tests that put it back as it was.
    static let shared = Task { try await TestCluster("--nodes", "3", "--replicas", "1", "--vbuckets", "64", "--tls") }

    init(_ options: String...) async throws {
        let folder = URL(filePath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
            .deletingLastPathComponent().appending(path: "CouchbaseCluster")
        let process = Process()
        process.executableURL = URL(filePath: "/usr/bin/env")
        process.arguments = ["python3", "-B", "-m", "couchbase_cluster", "--seconds", "600"] + options
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

    func stop() { process.terminate() }

    var options: ClusterOptions { ClusterOptions(username: endpoints.user, password: endpoints.password) }

    var encryptedOptions: ClusterOptions {
        var options = options
        options.certificateFile = endpoints.ca
        return options
    }

    /// A command of the control port.
    func post(_ path: String, _ body: String = "{\"now\": true}", method: String = "POST") async throws {
        var request = HTTPClientRequest(url: "\(endpoints.control)/\(path)")
        request.method = .init(rawValue: method)
        request.body = .bytes(ByteBuffer(string: body))
        let response = try await HTTPClient.shared.execute(request, timeout: .seconds(10))
        #expect(response.status == .ok, "\(path)")
    }

    /// A request to the management service, with a form.
    func manage(_ path: String, _ form: String) async throws {
        let port = try #require(endpoints.ports[0]["mgmt"])
        var request = HTTPClientRequest(
            url: "http://127.0.0.1:\(port)/pools/default/buckets/\(endpoints.bucket)/\(path)")
        request.method = .POST
        request.setBasicAuth(username: endpoints.user, password: endpoints.password)
        request.headers.add(name: "Content-Type", value: "application/x-www-form-urlencoded")
        request.body = .bytes(ByteBuffer(string: form))
        let response = try await HTTPClient.shared.execute(request, timeout: .seconds(10))
        #expect(response.status.code < 300, "\(path)")
    }
}
