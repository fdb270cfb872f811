import Foundation
import Secrets
import Testing

@testable import Webhooks

@Suite struct EndpointTests {
    static let secret = "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw"

    @Test(arguments: [
        "https://example.com/hook", "https://example.com:8443/a?b=c", "http://127.0.0.1:9000/", "http://localhost/x",
        "http://[::1]:9000/", "http://127.9.8.7/",
    ])
    func secureOrLocalURLsAreAllowed(url: String) throws {
        #expect(try endpoint(url).url.secret.reveal() == url)
    }

    @Test(arguments: [
        "", "example.com", "HTTPS://example.com/", "http://example.com/", "http://10.0.0.1/",
        "http://127.0.0.1.example.com/",
        "http://localhost.example.com/", "http://127.1/", "https://user:password@example.com/",
        "https://a@example.com/",
        "ftp://example.com/", "file:///etc/passwd", "https:///x", "https://169.254.169.254/latest",
        "https://[fe80::1]/", "https://[::ffff:169.254.169.254]/", "https://example.com/#x",
        "https://example.com/" + String(repeating: "a", count: 2_048),
    ])
    func othersAreNot(url: String) {
        #expect(throws: WebhookError.self) { try endpoint(url) }
    }

    private func endpoint(_ url: String) throws -> WebhookEndpoint {
        try WebhookEndpoint(name: "crm", url: Secret(url), secrets: [Secret(Self.secret)], outcomes: [.paid])
    }

    private func parse(_ text: String) throws -> [WebhookEndpoint] {
        try WebhookFile.parse(Data(text.utf8), path: "hooks.json")
    }

    @Test func aFileNamesEndpointsWithWhatTheySubscribeTo() throws {
        let endpoints = try parse(
            """
            {"endpoints":[{"name":"crm","url":"https://example.com/t0ken","secret":"\(Self.secret)",
             "previous_secret":"whsec_AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA","events":["order.paid","order.flagged"]}]}
            """)
        #expect(endpoints.map(\.name) == ["crm"] && endpoints[0].secrets.count == 2)
        #expect(endpoints[0].outcomes == [.paid, .flagged])
        #expect(!"\(endpoints)".contains("t0ken"))
    }

    @Test func secretAndURLMayStandInFilesOfTheirOwn() throws {
        let directory = FileManager.default.temporaryDirectory.appending(path: UUID().uuidString)
        try FileManager.default.createDirectory(at: directory, withIntermediateDirectories: true)
        defer { try? FileManager.default.removeItem(at: directory) }
        try "\(Self.secret)\n".write(to: directory.appending(path: "s"), atomically: true, encoding: .utf8)
        try "https://example.com/\n".write(to: directory.appending(path: "u"), atomically: true, encoding: .utf8)
        let hooks = directory.appending(path: "hooks.json")
        try """
        {"endpoints":[{"name":"a","url_file":"\(directory.path)/u","secret_file":"\(directory.path)/s",
         "events":["order.paid"]}]}
        """.write(to: hooks, atomically: true, encoding: .utf8)
        #expect(try WebhookFile.read(hooks.path).count == 1)
        #expect(throws: WebhookError.self) { try WebhookFile.read(directory.path + "/none") }
    }

    @Test(arguments: [
        #"{"name":"A B","url":"https://example.com/p4th","secret":"SECRET","events":["order.paid"]}"#,
        #"{"name":"a","url":"http://example.com/p4th","secret":"SECRET","events":["order.paid"]}"#,
        #"{"name":"a","url":"https://example.com/p4th","secret":"s3cr3t","events":["order.paid"]}"#,
        #"{"name":"a","url":"https://example.com/p4th","events":["order.paid"]}"#,
        #"{"name":"a","url":"https://example.com/p4th","secret":"SECRET","events":[]}"#,
        #"{"name":"a","url":"https://example.com/p4th","secret":"SECRET","events":["order.eaten"]}"#,
        #"{"name":"a","secret":"SECRET","events":["order.paid"]}"#,
        #"{"name":"a","url":"https://example.com/p4th","secret":"SECRET","secret_file":"/x","events":["order.paid"]}"#,
        #"{"name":"a","url":"https://example.com/p4th","secret":"SECRET","events":["order.paid"]},{"name":"a","url":"https://example.com/p4th","secret":"SECRET","events":["order.paid"]}"#,
        #"{"name":"a","url":7}"#,
    ])
    func whatIsWrongWithAFileIsSaidWithoutItsSecrets(entries: String) throws {
        let text = "{\"endpoints\":[\(entries.replacing("SECRET", with: Self.secret))]}"
        let error = #expect(throws: WebhookError.self) { try parse(text) }
        let said = "\(try #require(error))"
        #expect(said.contains("hooks.json") && !said.contains("p4th") && !said.contains("MfKQ"))
        #expect(!said.contains("s3cr3t"))
    }

    @Test func endpointsAreBounded() {
        let entry = { (index: Int) in
            "{\"name\":\"e\(index)\",\"url\":\"https://example.com/\",\"secret\":\"\(Self.secret)\",\"events\":[\"order.paid\"]}"
        }
        let text = "{\"endpoints\":[\((0...WebhookFile.maximumEndpoints).map(entry).joined(separator: ","))]}"
        #expect(throws: WebhookError.self) { try parse(text) }
    }
}
