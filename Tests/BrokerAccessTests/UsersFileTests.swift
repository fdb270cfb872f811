import BrokerRights
import Foundation
import Testing

@testable import BrokerAccess

@Suite("The users' file")
struct UsersFileTests {
    private let folder = FileManager.default.temporaryDirectory.appending(path: "users-\(UUID())").path
    private var path: String { "\(folder)/users.json" }

    init() throws { try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true) }

    private func user(_ name: String, password: String = "correct horse") throws -> BrokerUser {
        try BrokerUser(name: name, password: password, grants: [Grant("write:orders")!], iterations: 10)
    }

    @Test("What was written is read again; the password is nowhere, and nobody else can read the file")
    func roundTrip() throws {
        defer { try? FileManager.default.removeItem(atPath: folder) }  // Left-overs harm no other test.
        let file = UsersFile(path: path)
        #expect(try file.read().isEmpty)
        let users = [try user("a"), try user("b")]
        try file.change { $0 = users.reversed() }
        #expect(try file.read() == users)
        try file.change { $0.removeFirst() }
        #expect(try file.read() == [users[1]])
        let text = try String(contentsOfFile: path, encoding: .utf8)
        #expect(!text.contains("correct horse"))
        let mode = try #require(FileManager.default.attributesOfItem(atPath: path)[.posixPermissions] as? Int)
        #expect(mode == 0o600)
        #expect(try FileManager.default.contentsOfDirectory(atPath: folder) == ["users.json"])
    }

    @Test("A change that fails leaves the file as it was")
    func failedChange() throws {
        defer { try? FileManager.default.removeItem(atPath: folder) }  // Left-overs harm no other test.
        let file = UsersFile(path: path)
        let users = [try user("a")]
        try file.change { $0 = users }
        #expect(throws: CancellationError.self) {
            try file.change {
                $0 = []
                throw CancellationError()
            }
        }
        #expect(try file.read() == users)
    }

    @Test(
        "A damaged file is refused, naming it",
        arguments: [
            "", "{}", "[]", #"{"version":2,"users":[]}"#, #"{"version":1,"users":[{"name":"a"}]}"#,
            #"{"version":1,"users":[{"name":"a","verifiers":[],"rights":[]}]}"#,
            #"{"version":1,"users":[{"name":"a","verifiers":["x"],"rights":[]}]}"#,
        ])
    func damaged(text: String) throws {
        defer { try? FileManager.default.removeItem(atPath: folder) }  // Left-overs harm no other test.
        try text.write(toFile: path, atomically: true, encoding: .utf8)
        #expect {
            try UsersFile(path: path).read()
        } throws: {
            "\($0)".contains(path)
        }
    }

    @Test("Names and passwords that clients would send in different ways are refused")
    func unusable() {
        for name in ["", "a b", "a\n", String(repeating: "x", count: 101)] {
            #expect(throws: UsersError.self) { try user(name) }
        }
        for password in ["short", "with\nnewline", "pa\u{308}ssword", String(repeating: "x", count: 257)] {
            #expect(throws: UsersError.self) { try user("a", password: password) }
        }
    }
}
