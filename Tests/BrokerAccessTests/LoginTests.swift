import SCRAM
import Testing

@testable import BrokerAccess

@Suite("Logins")
struct LoginTests {
    private let directory = try! UserDirectory([
        BrokerUser(name: "shop", password: "correct horse", grants: [], iterations: 10)
    ])

    private func plain(_ text: String) -> Login.Step {
        var login = Login(.plain, nonce: "n")
        return login.step(Array(text.utf8), directory)
    }

    @Test("A plain password is checked against the verifier, elsewhere")
    func plainPassword() {
        for (text, isRight) in [
            ("\0shop\0correct horse", true), ("shop\0shop\0correct horse", true), ("\0shop\0wrong", false),
            ("\0nobody\0correct horse", false),
        ] {
            guard case .check(let check) = plain(text) else {
                Issue.record("\(text.debugDescription) is not checked")
                continue
            }
            #expect(check.run() == isRight)
        }
    }

    @Test(
        "A malformed message, or one for another user, fails at once",
        arguments: ["", "\0", "shop", "a\0shop\0x", "\0\0x"])
    func malformedPlain(text: String) {
        guard case .failed = plain(text) else { return #expect(Bool(false), "it is taken") }
    }

    @Test("SCRAM logs a user in with the right password only", arguments: [SASLMechanism.scramSHA256, .scramSHA512])
    func scram(mechanism: SASLMechanism) throws {
        let hash = try #require(SCRAMHash(mechanism: mechanism.name))
        for (name, password, isRight) in [
            ("shop", "correct horse", true), ("shop", "false horse", false), ("nobody", "correct horse", false),
        ] {
            var client = SCRAMClient(hash: hash, username: name, password: password, nonce: "client")
            var login = Login(mechanism, nonce: "server")
            guard case .challenge(let challenge) = login.step(Array(client.firstMessage.utf8), directory) else {
                Issue.record("there is no challenge")
                continue
            }
            let proof = try client.finalMessage(answering: String(decoding: challenge, as: UTF8.self))
            switch login.step(Array(proof.utf8), directory) {
            case .succeeded(let user, let final):
                #expect(isRight && user == name)
                try client.verify(String(decoding: final, as: UTF8.self))
            case .failed(let user, let reason):
                #expect(!isRight && user == name)
                #expect(!reason.contains(password))
            default: Issue.record("the exchange goes on")
            }
        }
    }
}

@Suite("Limits")
struct LimitTests {
    @Test("The delay of failed logins doubles by address, up to a bound, and is forgotten after a silence")
    func delays() {
        var failed = FailedLogins()
        let delays = (0..<8).map { failed.failed("10.0.0.1", now: Int64($0)) }
        #expect(delays == [100, 200, 400, 800, 1600, 3200, 3200, 3200])
        let another = failed.failed("10.0.0.2", now: 8)
        let remembered = failed.failed("10.0.0.1", now: 7 + FailedLogins.memory)
        let forgotten = failed.failed("10.0.0.1", now: 8 + 2 * FailedLogins.memory)
        #expect(another == 100 && remembered == 3200 && forgotten == 100)
    }

    @Test("A sweep over many addresses does not fill the memory")
    func boundedTable() {
        var failed = FailedLogins()
        for index in 0..<(FailedLogins.maximumAddresses + 100) { _ = failed.failed("\(index)", now: Int64(index)) }
        #expect(failed.count == FailedLogins.maximumAddresses)
    }

    @Test("One address cannot take all connections")
    func addressCounts() {
        var counts = AddressCounts(maximum: 2)
        let first = ["a", "a", "a", "b"].map { counts.enter($0) }
        #expect(first == [true, true, false, true])
        counts.leave("a")
        let again = counts.enter("a")
        #expect(again)
    }

    @Test("Who speaks something else is recognized by the first bytes")
    func greetings() {
        #expect(Greeting([0x16, 0x03, 0x01, 0x00, 0xC8, 0x01, 0, 0]) == .tls)
        #expect(Greeting(Array("GET / HTTP".utf8)) == .http)
        #expect(Greeting(Array("SSH-2.0-x".utf8)) == .ssh)
        #expect(Greeting([0, 0, 0, 0x20, 0, 18, 0, 3]) == .kafka)
        #expect(Greeting([0xFF, 1]) == .unknown)
        #expect(Greeting.kafka.problemAtPlainPort == nil && Greeting.tls.problemAtTLSPort == nil)
    }
}
