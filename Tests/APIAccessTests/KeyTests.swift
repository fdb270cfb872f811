import Foundation
import OrderEvents
import Testing

@testable import APIAccess

let noon = Timestamp(rfc3339: "2026-01-15T12:00:00Z")!

func record(
    _ key: APIKeyText, name: String = "shop", scopes: Set<Scope> = [.read], expiresAt: Timestamp? = nil,
    revokedAt: Timestamp? = nil
) -> APIKeyRecord {
    var record = APIKeyRecord(key: key, name: name, scopes: scopes, createdAt: noon, expiresAt: expiresAt)
    record.revokedAt = revokedAt
    return record
}

@Suite struct APIKeyTextTests {
    @Test func aKeyHasTheFormThatScannersLookFor() {
        let key = APIKeyText.make()
        #expect(key.text.wholeMatch(of: /ord_[0-9A-Za-z]{8}_[0-9A-Za-z]{43}[0-9A-Za-z]{6}/) != nil)
        #expect(key.text.hasPrefix("ord_\(key.id)_"))
        #expect(APIKeyText.isWellFormed(key.text))
    }

    @Test func noTwoKeysAreAlike() {
        let keys = (0..<1_000).map { _ in APIKeyText.make() }
        #expect(Set(keys.map(\.text)).count == 1_000)
        #expect(Set(keys.map(\.id)).count == 1_000)
    }

    @Test func theChecksumIsTheOneOfZlib() {
        #expect(CRC32.of("123456789".utf8) == 0xCBF4_3926)
    }

    @Test func eachChangedCharacterIsNoticed() {
        let key = Array(APIKeyText.make().text.utf8)
        for place in key.indices {
            var changed = key
            changed[place] = changed[place] == 0x61 ? 0x62 : 0x61
            #expect(!APIKeyText.isWellFormed(String(decoding: changed, as: UTF8.self)), "at \(place)")
        }
        #expect(!APIKeyText.isWellFormed(String(decoding: key.dropLast(), as: UTF8.self)))
        #expect(!APIKeyText.isWellFormed(""))
    }
}

@Suite struct KeyRingTests {
    private let key = APIKeyText.make()
    private let later = noon.advanced(byMilliseconds: 1_000)

    @Test func theKeyItselfIsTakenAndNoOther() {
        let ring = KeyRing([record(key)])
        #expect(ring.check(key.text, at: noon) == .valid(record(key)))
        let stranger = APIKeyText.make()
        // The id of one with the secret of the other; a part; more than all; nothing; a hash instead of a key.
        let mixed = key.text.prefix(13) + stranger.text.dropFirst(13)
        for wrong in [
            stranger.text, String(mixed), String(key.text.dropLast()), key.text + "0", "", "ord_", key.id,
            Hexadecimal.encode(record(key).hash), key.text.uppercased(),
        ] {
            #expect(ring.check(wrong, at: noon) == .unknown, "\(wrong)")
        }
    }

    @Test func anExpiredAndARevokedKeyAreRefusedAsSuch() {
        let expiring = record(key, expiresAt: later)
        #expect(KeyRing([expiring]).check(key.text, at: noon) == .valid(expiring))
        #expect(KeyRing([expiring]).check(key.text, at: later) == .refused(expiring, .expired))
        let revoked = record(key, revokedAt: noon)
        #expect(KeyRing([revoked]).check(key.text, at: noon) == .refused(revoked, .revoked))
        #expect(KeyRing([revoked]).valid(id: key.id, at: noon) == nil)
        #expect(KeyRing([revoked, expiring]).validCount(at: noon) == 0)
    }

    @Test func comparisonFindsADifferenceAnywhere() {
        let bytes = [UInt8](repeating: 7, count: 32)
        #expect(ConstantTime.equals(bytes, bytes))
        for place in bytes.indices {
            var other = bytes
            other[place] ^= 0x80
            #expect(!ConstantTime.equals(bytes, other))
        }
        #expect(!ConstantTime.equals(bytes, Array(bytes.dropLast())))
    }
}

@Suite struct KeyFileTests {
    private let directory: URL

    init() throws {
        directory = FileManager.default.temporaryDirectory.appending(path: "orders-keys-\(UUID().uuidString)")
        try FileManager.default.createDirectory(at: directory, withIntermediateDirectories: true)
    }

    private var file: KeyFile { KeyFile(path: directory.appending(path: "keys.json").path) }

    private func mode() throws -> Int {
        let attributes = try FileManager.default.attributesOfItem(atPath: file.path)
        return try #require(attributes[.posixPermissions] as? Int)
    }

    @Test func whatWasAddedIsReadAgainAndOnlyTheOwnerCan() throws {
        let key = APIKeyText.make()
        let made = record(key, name: "tür \"3\"", scopes: [.write, .operate], expiresAt: noon, revokedAt: noon)
        #expect(try file.read().isEmpty)
        try file.update { $0.append(made) }
        try file.update { $0.append(record(APIKeyText.make())) }
        #expect(try file.read().first == made)
        #expect(try file.read().count == 2)
        #expect(try mode() == 0o600)
        let text = try String(contentsOfFile: file.path, encoding: .utf8)
        #expect(!text.contains(key.text) && !text.contains(key.text.dropFirst(13)), "the key itself is in the file")
        let left = try FileManager.default.contentsOfDirectory(atPath: directory.path).sorted()
        #expect(left == ["keys.json", "keys.json.lock"])
    }

    @Test func aChangeThatFailsLeavesTheFileAsItWas() throws {
        struct Stop: Error {}
        try file.update { $0.append(record(APIKeyText.make())) }
        let before = try file.read()
        #expect(throws: Stop.self) {
            try file.update { keys in
                keys.removeAll()
                throw Stop()
            }
        }
        #expect(try file.read() == before)
    }

    @Test func writersAtOnceLoseNothing() async throws {
        try await withThrowingTaskGroup(of: Void.self) { group in
            for _ in 0..<20 {
                group.addTask { [file] in try file.update { $0.append(record(APIKeyText.make())) } }
            }
            try await group.waitForAll()
        }
        #expect(try file.read().count == 20)
    }

    @Test(arguments: [
        "", "[]", "{\"version\":2,\"keys\":[]}", "{\"version\":1}",
        "{\"version\":1,\"keys\":[{\"id\":\"abcdefgh\",\"name\":\"n\",\"scopes\":[\"root\"],\"sha256\":\"00\"}]}",
    ])
    func whatIsNoSuchFileIsSaidWithItsName(_ text: String) throws {
        try Data(text.utf8).write(to: URL(fileURLWithPath: file.path))
        try FileManager.default.setAttributes([.posixPermissions: 0o600], ofItemAtPath: file.path)
        let error = #expect(throws: APIAccessError.self) { try file.read() }
        #expect(error?.description.contains(file.path) == true)
    }

    @Test func aFileThatOthersCanWriteIsRefused() throws {
        try file.update { $0.append(record(APIKeyText.make())) }
        try FileManager.default.setAttributes([.posixPermissions: 0o666], ofItemAtPath: file.path)
        let error = #expect(throws: APIAccessError.self) { try file.read() }
        #expect(error?.description.contains("chmod 600") == true)
    }
}
