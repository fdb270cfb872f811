import Secrets
import Testing

/// The one check of gateways, webhooks of alerts and endpoints of outcomes.
@Suite struct SecretURLTests {
    @Test(arguments: [
        ("https://pay.example:8443/charge?token=s3cret", "https://pay.example:8443"),
        ("http://10.0.0.7/s3cret", "http://10.0.0.7"), ("http://[::1]:9000/s3cret", "http://[::1]:9000"),
    ])
    func onlySchemeHostAndPortAreShown(_ text: String, _ shown: String) throws {
        let url = try SecretURL(Secret(text))
        #expect(url.displayName == shown && "\(url)" == shown && url.secret.reveal() == text)
        #expect(!String(reflecting: url).contains("s3cret"))
    }

    @Test(arguments: [
        ("", "no URL with a host"), ("gateway", "no URL with a host"), ("http://", "no URL with a host"),
        ("https:///s3cret", "no URL with a host"), ("ftp://host/s3cret", "http:// or https://"),
        ("HTTPS://host/s3cret", "http:// or https://"), ("https://me:s3cret@host/", "a user name or a password"),
        ("https://s3cret@host/", "a user name or a password"), ("https://host/#s3cret", "a fragment"),
        ("https://host/" + String(repeating: "a", count: 2_048), "longer than 2048 bytes"),
    ])
    func whatIsNotSentAsItStandsThereIsRefusedWithoutShowingIt(_ text: String, _ reason: String) {
        let flaw = #expect(throws: SecretURL.Flaw.self) { try SecretURL(Secret(text)) }
        #expect(flaw?.description.contains(reason) == true && flaw?.description.contains("s3cret") == false)
    }
}
