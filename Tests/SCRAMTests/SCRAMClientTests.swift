import Testing

@testable import SCRAM

@Suite("SCRAM, the client's side")
struct SCRAMClientTests {
    /// One exchange, from both sides.
    struct Exchange: Sendable {
        let hash: SCRAMHash
        let nonce: String
        let challenge: String
        let final: String
        let signature: String

        var client: SCRAMClient {
            SCRAMClient(hash: hash, username: "user", password: "pencil", nonce: nonce)
        }
    }

    private static let longNonce = "rOprNGfwEbeRWgbNEkqO%hvYDpWUa2RaTCAfuxFIlj)hNlF$k0"
    /// Of RFC 5802 (SHA-1) and RFC 7677 (SHA-256); SHA-512 by Python's hashlib from the same input.
    static let exchanges = [
        Exchange(
            hash: .sha1, nonce: "fyko+d2lbbFgONRv9qkxdawL",
            challenge: "r=fyko+d2lbbFgONRv9qkxdawL3rfcNHYJY1ZVvWVs7j,s=QSXCR+Q6sek8bf92,i=4096",
            final: "c=biws,r=fyko+d2lbbFgONRv9qkxdawL3rfcNHYJY1ZVvWVs7j,p=v0X8v3Bz2T0CJGbJQyF0X+HI4Ts=",
            signature: "v=rmF9pqV8S7suAoZWja4dJRkFsKQ="),
        Exchange(
            hash: .sha256, nonce: "rOprNGfwEbeRWgbNEkqO",
            challenge: "r=\(longNonce),s=W22ZaJ0SNY7soEsUEjb6gQ==,i=4096",
            final: "c=biws,r=\(longNonce),p=dHzbZapWIk4jUhN+Ute9ytag9zjfMHgsqmmiz7AndVQ=",
            signature: "v=6rriTRBi23WpRR/wtup+mMhUZUn/dB5nLTJRsjl95G4="),
        Exchange(
            hash: .sha512, nonce: "rOprNGfwEbeRWgbNEkqO",
            challenge: "r=\(longNonce),s=W22ZaJ0SNY7soEsUEjb6gQ==,i=4096",
            final:
                "c=biws,r=\(longNonce),p=gMGXRcevScNtxZ6/8lQYpGtnsNAc3mGcmNomv+xnoOMw+3R2xNJdMNnzMlTN8PPC6wdp6dybEmDYX"
                + "YTxwnYPJQ==",
            signature:
                "v=ZQnYEgWQMFmmsM8aQMF0nDDCy/AgCzkwk8CmMZYcMg0vSVlKDanekLtifDSeVGT4+5ZxXnJq199RVG2rR7N7Zw=="),
    ]

    @Test("The exchanges of the RFCs come out as they stand there", arguments: exchanges)
    func vectors(exchange: Exchange) throws {
        var client = exchange.client
        #expect(client.firstMessage == "n,,n=user,r=\(exchange.nonce)")
        #expect(try client.finalMessage(answering: exchange.challenge) == exchange.final)
        try client.verify(exchange.signature)
    }

    @Test("A server that does not know the password is found out")
    func wrongSignature() throws {
        var client = Self.exchanges[0].client
        #expect(throws: SCRAMError.wrongSignature) { try client.verify("v=") }
        _ = try client.finalMessage(answering: Self.exchanges[0].challenge)
        #expect(throws: SCRAMError.wrongSignature) { try client.verify("v=AAAApqV8S7suAoZWja4dJRkFsKQ=") }
        #expect(throws: SCRAMError.refused("invalid-proof")) { try client.verify("e=invalid-proof") }
    }

    @Test(
        "A challenge that is malformed, foreign or excessive is refused",
        arguments: [
            ("", .malformed("\"\" is not an attribute")),
            ("r=fyko+d2lbbFgONRv9qkxdawLx,i=1", .malformed("nonce, salt or count of iterations is missing")),
            ("r=other,s=QSXCR+Q6sek8bf92,i=4096", .foreignNonce),
            ("r=fyko+d2lbbFgONRv9qkxdawL,s=QSXCR+Q6sek8bf92,i=4096", .foreignNonce),
            ("r=fyko+d2lbbFgONRv9qkxdawLx,s=QSXCR+Q6sek8bf92,i=0", .iterations(0)),
            ("r=fyko+d2lbbFgONRv9qkxdawLx,s=QSXCR+Q6sek8bf92,i=1000001", .iterations(1_000_001)),
            ("m=x,r=fyko+d2lbbFgONRv9qkxdawLx,s=QSXCR+Q6sek8bf92,i=1", .malformed("it asks for an extension")),
        ] as [(String, SCRAMError)])
    func badChallenges(challenge: String, error: SCRAMError) {
        var client = Self.exchanges[0].client
        #expect(throws: error) { try client.finalMessage(answering: challenge) }
    }

    @Test("Commas and equals signs in a user's name are escaped")
    func escapedName() {
        let client = SCRAMClient(hash: .sha256, username: "a,b=c", password: "p", nonce: "n")
        #expect(client.firstMessage == "n,,n=a=2Cb=3Dc,r=n")
    }

    @Test("Nonces differ and hold no comma")
    func nonces() {
        let nonces = (0..<50).map { _ in SCRAMNonce.random() }
        #expect(Set(nonces).count == 50)
        #expect(nonces.allSatisfy { !$0.contains(",") && $0.count == 32 })
    }
}
