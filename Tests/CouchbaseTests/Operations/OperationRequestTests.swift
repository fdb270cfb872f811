import Foundation
import NIOCore
import Testing

@testable import Couchbase

@Suite("Requests of operations")
struct OperationRequestTests {
    static let now = Date(timeIntervalSince1970: 1_800_000_000)
    static let everything = Set(Feature.wanted)

    private func request(
        _ operation: KeyValueOperation, key: String = "k", collection: UInt32 = 0, features: Set<Feature> = everything
    ) throws(CouchbaseError) -> RequestFrame {
        try operation.request(
            to: KeyValueOperation.Target(key: key, vbucket: 7, collectionID: collection, opaque: 9), features: features,
            now: Self.now)
    }

    @Test("A key follows its collection's id, where the connection has collections")
    func keys() throws {
        #expect(try request(.get, collection: 0x80).key == ByteBuffer(hex: "80016b"))
        #expect(try request(.get, features: []).key == ByteBuffer(string: "k"))
        let error = #expect(throws: CouchbaseError.self) { try request(.get, collection: 8, features: []) }
        #expect(error?.code == .featureNotAvailable)
    }

    @Test("An empty key and one that is too long with its prefix are not sent")
    func keyLimits() throws {
        #expect(throws: CouchbaseError.self) { try request(.get, key: "") }
        #expect(try request(.get, key: String(repeating: "k", count: 249)).key.readableBytes == 250)
        #expect(throws: CouchbaseError.self) { try request(.get, key: String(repeating: "k", count: 250)) }
    }

    @Test("Flags and expiry are the extras of a store; a long JSON value is packed")
    func store() throws {
        var options = MutationOptions()
        options.expiry = .after(.seconds(60))
        options.cas = 5
        let frame = try request(.replace(.json(ByteBuffer(string: "{}")), options))
        #expect(frame.opcode == .replace)
        #expect(frame.extras == ByteBuffer(hex: "020000060000003c"))
        #expect(frame.cas == 5)
        #expect(frame.dataType == .json)
        #expect(frame.framing.isEmpty)
        let long = ByteBuffer(string: "[\(String(repeating: "1,", count: 100))1]")
        #expect(try request(.upsert(.json(long), MutationOptions())).dataType == [.json, .snappy])
        #expect(try request(.upsert(.json(long), MutationOptions()), features: []).value == long)
    }

    @Test("An insert with a CAS is an error of the caller")
    func insertWithCAS() {
        var options = MutationOptions()
        options.cas = 1
        #expect(throws: CouchbaseError.self) { try request(.insert(.binary(ByteBuffer()), options)) }
    }

    @Test("Durability and a preserved expiry need what the connection may lack")
    func framing() throws {
        var options = MutationOptions()
        options.durability = .persistToMajority
        options.durabilityTimeoutMilliseconds = 0
        options.preservesExpiry = true
        let frame = try request(.remove(options))
        #expect(frame.framing == [.durability(level: 3, timeoutMilliseconds: 1), .preserveExpiry])
        let error = #expect(throws: CouchbaseError.self) { try request(.remove(options), features: [.durability]) }
        #expect(error?.code == .featureNotAvailable)
        options.expiry = .after(.seconds(1))
        #expect(throws: CouchbaseError.self) { try request(.remove(options)) }
    }

    @Test("An expiry of more than 30 days is sent as a time, one that has passed is not sent")
    func expiry() throws {
        let days30: Int64 = 30 * 24 * 3_600
        #expect(try Expiry.never.encoded(now: Self.now) == 0)
        #expect(try Expiry.after(.milliseconds(1)).encoded(now: Self.now) == 1)
        #expect(try Expiry.after(.seconds(days30)).encoded(now: Self.now) == 2_592_000)
        #expect(try Expiry.after(.seconds(days30 + 1)).encoded(now: Self.now) == 1_802_592_001)
        #expect(try Expiry.at(Self.now.addingTimeInterval(0.5)).encoded(now: Self.now) == 1_800_000_001)
        #expect(throws: CouchbaseError.self) { try Expiry.after(.zero).encoded(now: Self.now) }
        #expect(throws: CouchbaseError.self) { try Expiry.at(Self.now).encoded(now: Self.now) }
        #expect(throws: CouchbaseError.self) { try Expiry.after(.seconds(1 << 33)).encoded(now: Self.now) }
    }

    @Test("Paths are written one after another, with flags and lengths")
    func paths() throws {
        let lookup = try request(
            .lookup([
                PathLookup(kind: .get, path: "$document", isAttribute: true), PathLookup(kind: .exists, path: "a"),
            ]))
        #expect(lookup.value == ByteBuffer(hex: "c5040009" + "24646f63756d656e74" + "c6000001" + "61"))
        #expect(lookup.extras.readableBytes == 0)
        let mutation = PathMutation(kind: .upsert, path: "a.b", value: ByteBuffer(string: "1"), createsParents: true)
        let mutate = try request(.mutate([mutation], .upsert, MutationOptions()))
        #expect(mutate.value == ByteBuffer(hex: "c8010003" + "00000001" + "612e62" + "31"))
        #expect(mutate.extras == ByteBuffer(hex: "01"))
    }

    @Test("No paths, too many, and attributes behind the document's paths are errors of the caller")
    func pathLimits() {
        let path = PathLookup(kind: .get, path: "a")
        let attribute = PathLookup(kind: .get, path: "x", isAttribute: true)
        for paths in [[], Array(repeating: path, count: 17), [path, attribute]] {
            #expect(throws: CouchbaseError.self) { try request(.lookup(paths)) }
        }
    }
}
