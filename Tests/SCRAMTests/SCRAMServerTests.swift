import Foundation
import Testing

@testable import SCRAM

@Suite("SCRAM, the server's side")
struct SCRAMServerTests {
    /// The server's part of the nonce within a challenge that begins with the client's.
    private func serverNonce(_ exchange: SCRAMClientTests.Exchange) -> String {
        String(exchange.challenge.dropFirst(2 + exchange.nonce.count).prefix { $0 != "," })
    }

    private func verifier(_ exchange: SCRAMClientTests.Exchange) throws -> SCRAMVerifier {
        let fields = try SCRAMAttributes(exchange.challenge)
        let salt = try #require(fields["s"].flatMap { Data(base64Encoded: $0) })
        return SCRAMVerifier(hash: exchange.hash, password: "pencil", salt: Array(salt), iterations: 4096)
    }

    @Test("The exchanges of the RFCs come out as they stand there", arguments: SCRAMClientTests.exchanges)
    func vectors(exchange: SCRAMClientTests.Exchange) throws {
        var server = try SCRAMServer(first: "n,,n=user,r=\(exchange.nonce)", nonce: serverNonce(exchange))
        #expect(server.username == "user")
        #expect(try server.challenge(with: verifier(exchange)) == exchange.challenge)
        #expect(try server.finalMessage(answering: exchange.final) == exchange.signature)
    }

    @Test("An answer may have the client's part of the nonce twice, as old librdkafka's has; no other nonce is taken")
    func repeatedNonce() throws {
        let exchange = SCRAMClientTests.exchanges[0]
        func answer(_ before: String) throws -> Result<String, SCRAMError> {
            var server = try SCRAMServer(first: "n,,n=user,r=\(exchange.nonce)", nonce: serverNonce(exchange))
            let verifier = try verifier(exchange)
            let challenge = server.challenge(with: verifier)
            let withoutProof = "c=biws,r=\(before)\(exchange.nonce)\(serverNonce(exchange))"
            let signed = Array("n=user,r=\(exchange.nonce),\(challenge),\(withoutProof)".utf8)
            let hash = exchange.hash
            let keys = SCRAMKeys(
                hash: hash, password: "pencil", salt: verifier.salt, iterations: verifier.iterations)
            let proof = exclusiveOr(keys.client, hash.code(signed, key: hash.digest(keys.client)))
            let final = "\(withoutProof),p=\(Data(proof).base64EncodedString())"
            return Result { () throws(SCRAMError) in try server.finalMessage(answering: final) }
        }
        #expect(try answer("").get().hasPrefix("v="))
        #expect(try answer(exchange.nonce).get().hasPrefix("v="))
        #expect(try answer("x") == .failure(.foreignNonce))
    }

    @Test("A verifier is the same after it was written and read", arguments: SCRAMClientTests.exchanges)
    func verifierText(exchange: SCRAMClientTests.Exchange) throws {
        let verifier = try verifier(exchange)
        #expect(SCRAMVerifier("\(verifier)") == verifier)
        #expect(verifier.accepts(password: "pencil"))
        #expect(!verifier.accepts(password: "Pencil"))
    }

    @Test("The verifier of RFC 7677's password is what PostgreSQL keeps for it")
    func storedForm() {
        let salt = Array(Data(base64Encoded: "W22ZaJ0SNY7soEsUEjb6gQ==")!)
        let verifier = SCRAMVerifier(hash: .sha256, password: "pencil", salt: salt, iterations: 4096)
        #expect(
            "\(verifier)"
                == "SCRAM-SHA-256$4096:W22ZaJ0SNY7soEsUEjb6gQ==$WG5d8oPm3OtcPnkdi4Uo7BkeZkBFzpcXkuLmtbsT4qY=:wfPLwcE6nTWhTAmQ7tl2KeoiWGPlZqQxSrmfPwDl2dU="
        )
    }

    @Test(
        "A text that is no verifier is refused",
        arguments: [
            "", "SCRAM-SHA-256", "SCRAM-SHA-256$4096:AAAA$AAAA:AAAA", "MD5$4096:AAAA$AAAA:AAAA",
            "SCRAM-SHA-256$0:W22ZaJ0SNY7soEsUEjb6gQ==$WG5d8oPm3OtcPnkdi4Uo7BkeZkBFzpcXkuLmtbsT4qY=:wfPLwcE6nTWhTAmQ7tl2KeoiWGPlZqQxSrmfPwDl2dU=",
            "SCRAM-SHA-256$2000000:W22ZaJ0SNY7soEsUEjb6gQ==$WG5d8oPm3OtcPnkdi4Uo7BkeZkBFzpcXkuLmtbsT4qY=:wfPLwcE6nTWhTAmQ7tl2KeoiWGPlZqQxSrmfPwDl2dU=",
        ])
    func badVerifiers(text: String) {
        #expect(SCRAMVerifier(text) == nil)
    }

    @Test("Both sides understand each other; a wrong password is found out", arguments: SCRAMHash.allCases)
    func bothSides(hash: SCRAMHash) throws {
        let verifier = SCRAMVerifier(hash: hash, password: "right", salt: [1, 2, 3], iterations: 10)
        for password in ["right", "wrong"] {
            var client = SCRAMClient(hash: hash, username: "a,b=c", password: password, nonce: "client")
            var server = try SCRAMServer(first: client.firstMessage, nonce: "server")
            #expect(server.username == "a,b=c")
            let proof = try client.finalMessage(answering: server.challenge(with: verifier))
            if password == "right" {
                try client.verify(server.finalMessage(answering: proof))
            } else {
                #expect(throws: SCRAMError.wrongProof) { try server.finalMessage(answering: proof) }
            }
        }
    }

    @Test(
        "A first message that is malformed or asks for more is refused",
        arguments: [
            "", "n,,", "n,,n=user", "n,,r=x", "n,,n=,r=x", "n,,n=a=2Xb,r=x", "p=tls-unique,,n=user,r=x",
            "n,a=other,n=user,r=x", "n,,m=ext,n=user,r=x", "n,,n=user,r=", "x,,n=user,r=x",
            "n,,n=user,r=" + String(repeating: "x", count: 5000),
        ])
    func badFirstMessages(message: String) {
        #expect(throws: SCRAMError.self) { try SCRAMServer(first: message, nonce: "n") }
    }

    @Test(
        "A last message that belongs to another exchange is refused",
        arguments: [
            ("c=biws,r=clientserver", SCRAMError.malformed("it has no proof")),
            ("c=eSws,r=clientserver,p=AAAA", .malformed("its header is not that of the first message")),
            ("c=biws,r=clientother,p=AAAA", .foreignNonce),
            ("c=biws,r=clientserver,p=AAAA", .wrongProof),
            ("c=biws,r=clientserver,p=*", .wrongProof),
        ])
    func badLastMessages(message: String, error: SCRAMError) throws {
        var server = try SCRAMServer(first: "n,,n=user,r=client", nonce: "server")
        #expect(throws: SCRAMError.self) { try server.finalMessage(answering: message) }
        _ = server.challenge(with: SCRAMVerifier(hash: .sha256, password: "p", salt: [1], iterations: 1))
        #expect(throws: error) { try server.finalMessage(answering: message) }
    }

    @Test("A user that does not exist is challenged in the same way each time, and no password is right")
    func unknownUser() {
        let one = SCRAMVerifier(unknownUser: "nobody", hash: .sha512, iterations: 10, secret: [1])
        #expect(one == SCRAMVerifier(unknownUser: "nobody", hash: .sha512, iterations: 10, secret: [1]))
        #expect(one.salt != SCRAMVerifier(unknownUser: "other", hash: .sha512, iterations: 10, secret: [1]).salt)
        #expect(one.salt.count == SCRAMVerifier.saltBytes)
        #expect(!one.accepts(password: ""))
    }
}

@Suite("SASLprep")
struct SASLprepTests {
    @Test(
        "Texts are prepared as RFC 4013's examples are",
        arguments: [
            ("I\u{AD}X", "IX"), ("user", "user"), ("USER", "USER"), ("\u{AA}", "a"), ("\u{2168}", "IX"),
            ("\u{07}", nil), ("a\u{A0}b", "a b"), ("p\u{E4}ss", "p\u{E4}ss"), ("pa\u{308}ss", "p\u{E4}ss"),
        ])
    func examples(text: String, prepared: String?) {
        #expect(SASLprep.prepare(text).map { Array($0.utf8) } == prepared.map { Array($0.utf8) })
    }

    @Test("Only what every client sends alike counts as prepared")
    func isPrepared() {
        #expect(SASLprep.isPrepared("p\u{E4}ss word=,"))
        #expect(!SASLprep.isPrepared("pa\u{308}ss"))
        #expect(!SASLprep.isPrepared("a\nb"))
    }
}
