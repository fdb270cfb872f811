import Testing

@testable import Couchbase

@Suite("Choosing a SASL mechanism")
struct SASLMechanismTests {
    /// A login with SCRAM-SHA-256, as RFC 7677 has it, of the user "user" with the password "pencil".
    enum Login {
        static let nonce = "rOprNGfwEbeRWgbNEkqO"
        static let challenge =
            "r=rOprNGfwEbeRWgbNEkqO%hvYDpWUa2RaTCAfuxFIlj)hNlF$k0,s=W22ZaJ0SNY7soEsUEjb6gQ==,i=4096"
        static let signature = "v=6rriTRBi23WpRR/wtup+mMhUZUn/dB5nLTJRsjl95G4="
    }

    @Test("The strongest mechanism that both know is taken; a plain password is never sent by choice of the server")
    func strongest() {
        #expect(SASLMechanism.strongest(of: "PLAIN SCRAM-SHA1 SCRAM-SHA512 SCRAM-SHA256") == .scramSHA512)
        #expect(SASLMechanism.strongest(of: "PLAIN SCRAM-SHA1 SCRAM-SHA512", refused: [.scramSHA512]) == .scramSHA1)
        #expect(SASLMechanism.strongest(of: "PLAIN") == nil)
        let credentials = Credentials(username: "u", password: "p")
        #expect(SASLMechanism.plainMessage(credentials) == [0, 0x75, 0, 0x70])
        #expect("\(credentials)" == "user u")
    }
}
