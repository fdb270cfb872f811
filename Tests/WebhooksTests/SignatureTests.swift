import Secrets
import Testing

@testable import Webhooks

@Suite struct SignatureTests {
    /// The published example of the Standard Webhooks libraries.
    private let secret = WebhookSecret("whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw")!
    private let id = "msg_p5jXN8AQM9LWM0D4loKWxJek"
    private let body = Array(#"{"test": 2432232314}"#.utf8)

    @Test func thePublishedExampleIsSignedAsItSays() {
        #expect(
            secret.signature(id: id, timestamp: 1_614_265_330, body: body)
                == "v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE=")
    }

    @Test func theHeadersCarryIDSecondsAndASignatureOfEachSecret() {
        let other = WebhookSecret(Secret("whsec_" + "AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA"))!
        let headers = WebhookHeaders.signed(id: id, body: body, secrets: [secret, other], at: 1_614_265_330_999)
        #expect(headers.map(\.name) == ["webhook-id", "webhook-timestamp", "webhook-signature"])
        #expect(headers[0].value == id && headers[1].value == "1614265330")
        let signatures = headers[2].value.split(separator: " ")
        #expect(signatures.count == 2 && signatures.allSatisfy { $0.hasPrefix("v1,") })
        #expect(signatures[0] == "v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE=" && signatures[1] != signatures[0])
    }

    @Test func idTimeAndBodyAllCount() {
        let signature = secret.signature(id: id, timestamp: 1, body: body)
        #expect(secret.signature(id: id + "x", timestamp: 1, body: body) != signature)
        #expect(secret.signature(id: id, timestamp: 2, body: body) != signature)
        #expect(secret.signature(id: id, timestamp: 1, body: body + [0x20]) != signature)
    }

    @Test(arguments: [
        "", "whsec_", "MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw", "whsec_not base64!", "whsec_c2hvcnQ=",
        "whsec_" + String(repeating: "QUFB", count: 30),
    ])
    func whatIsNoSecretIsRefused(text: String) { #expect(WebhookSecret(Secret(text)) == nil) }

    @Test func aSecretIsNeverShown() {
        #expect("\(secret)" == "***")
        var text = ""
        dump(secret, to: &text)
        #expect(!text.contains("MfKQ"))
    }
}
