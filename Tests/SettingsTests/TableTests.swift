import Foundation
import Testing

@testable import Settings

struct TableTests {
    @Test("no two settings share a key or a variable")
    func unique() {
        let keys = PlatformSetting.all.map(\.key)
        let variables = PlatformSetting.all.flatMap { [$0.variable] + [$0.fileVariable].compactMap { $0 } }
        #expect(Set(keys).count == keys.count)
        #expect(Set(variables).count == variables.count)
    }

    @Test("what is reached by its flag alone has a flag, and no secret is one: a command line can be read by others")
    func flags() {
        for setting in PlatformSetting.all {
            #expect(setting.reading != .flag || setting.flag != nil, "\(setting.key)")
            #expect(setting.secrecy == .open || setting.flag == nil, "\(setting.key)")
        }
    }

    @Test("each default is a value that its setting takes")
    func defaults() {
        for setting in PlatformSetting.all {
            guard let kind = setting.kind, !setting.defaultValue.contains(" "), setting.defaultValue != "none" else {
                continue
            }
            #expect(kind.accepts(setting.defaultValue), "\(setting.key)")
        }
    }

    @Test("the page lists what the code has; ORDERS_UPDATE_DOCS=1 writes it")
    func page() throws {
        let file = URL(fileURLWithPath: #filePath).deletingLastPathComponent().appendingPathComponent(
            "../../docs/CONFIGURATION.md"
        ).standardized
        let page = try String(contentsOf: file, encoding: .utf8)
        let expected = try Self.filled(page)
        if ProcessInfo.processInfo.environment["ORDERS_UPDATE_DOCS"] == "1" {
            try expected.write(to: file, atomically: true, encoding: .utf8)
        } else {
            #expect(page == expected, "docs/CONFIGURATION.md is out of date: run this test with ORDERS_UPDATE_DOCS=1")
        }
    }

    /// The page with its tables as they should be.
    private static func filled(_ page: String) throws -> String {
        var page = page
        for (name, table) in [("settings", ConfigurationPage.table), ("commands", ConfigurationPage.commands)] {
            let begin = try #require(page.range(of: "<!-- \(name): from the code -->\n"))
            let end = try #require(page.range(of: "<!-- end of \(name) -->", range: begin.upperBound..<page.endIndex))
            page.replaceSubrange(begin.upperBound..<end.lowerBound, with: "\n\(table)\n")
        }
        return page
    }

    @Test("a variable that is nearly a setting is named with it, others are not")
    func nearNames() {
        let found = EnvironmentNames.warnings([
            "KAFKA_BOOTSTRAP_SERVER": "x", "KAFKA_SASL_PASSWORD_FILE": "x", "KAFKA_CLIENT_LINGER_MS": "1", "HOME": "/",
            "ALERT_WEBHOK_URL": "x",
        ])
        #expect(found.count == 2)
        #expect(found[0].hasSuffix("did you mean ALERT_WEBHOOK_URL?"))
        #expect(found[1].hasSuffix("did you mean KAFKA_BOOTSTRAP_SERVERS?"))
    }

    @Test(
        "kinds of values take what they should",
        arguments: [
            (ValueKind.integer(1...5), "5", true), (.integer(1...5), "6", false), (.integer(1...5), "x", false),
            (.number(0...1), "0.5", true), (.number(0...1), "1.1", false), (.address, "[::1]:80", true),
            (.address, "host", false), (.address, ":80", false), (.url, "https://x", true), (.url, "x", false),
            (.oneOf(["on"]), "on", true), (.oneOf(["on"]), "On", false),
        ])
    func kinds(kind: ValueKind, text: String, isTaken: Bool) { #expect(kind.accepts(text) == isTaken) }
}
