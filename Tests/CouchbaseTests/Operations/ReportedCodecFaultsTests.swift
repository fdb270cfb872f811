import Foundation
import NIOCore
import Testing

@testable import Couchbase

@Suite("Faults that other clients had with frames and errors")
struct ReportedCodecFaultsTests {
    private let target = KeyValueOperation.Target(key: "k", vbucket: 1, collectionID: 8, opaque: 3)

    @Test("CXXCBC-251: a packed document behind framing extras and a key is unpacked")
    func packedReplica() throws {
        let text = String(repeating: "the same text again, ", count: 20)
        var response = ResponseFrame(opcode: .getReplica, status: .success, dataType: [.json, .snappy], opaque: 3)
        response.framing = [FrameItem(id: 0, payload: ByteBuffer(integer: UInt16(77)))]
        response.extras = ByteBuffer(integer: Content.jsonFlags)
        response.key = ByteBuffer(string: "k")
        response.value = try #require(Snappy.compressIfSmaller(ByteBuffer(string: text)))
        var bytes = ByteBuffer()
        try response.encode(into: &bytes)
        var decoder = FrameDecoder()
        decoder.append(bytes)
        guard case .response(let decoded)? = try decoder.next() else {
            Issue.record("no response")
            return
        }
        let result = try KeyValueOperation.getReplica.result(of: decoded, vbucket: 1)
        #expect(result.content?.bytes == ByteBuffer(string: text))
    }

    @Test("CXXCBC-217: an insert carries its durability as an upsert does, and every level its own")
    func durableInsert() throws {
        for (level, number) in [
            (DurabilityLevel.majority, 1), (.majorityAndPersistToActive, 2), (.persistToMajority, 3),
        ] {
            let options = MutationOptions(durability: level, durabilityTimeoutMilliseconds: 0x1234)
            let content = Content.json(ByteBuffer(string: "1"))
            for operation in [KeyValueOperation.insert(content, options), .upsert(content, options), .remove(options)] {
                var bytes = ByteBuffer()
                try operation.request(to: target, features: Set(Feature.wanted), now: Date()).encode(into: &bytes)
                #expect(bytes.getInteger(at: 0, as: UInt8.self) == Magic.flexibleRequest.rawValue)
                // The lengths of the framing extras and of the key with its collection, one byte each.
                #expect(bytes.getBytes(at: 2, length: 2) == [4, 2])
                #expect(bytes.getBytes(at: 24, length: 4) == [0x13, UInt8(number), 0x12, 0x34])
            }
        }
    }

    @Test("CXXCBC-657: a request without paths is the caller's error, and nothing is sent")
    func withoutPaths() {
        for operation in [KeyValueOperation.lookup([]), .mutate([], .replace, MutationOptions())] {
            let error = #expect(throws: CouchbaseError.self) {
                try operation.request(to: target, features: Set(Feature.wanted), now: Date())
            }
            #expect(error?.code == .invalidArgument)
        }
    }

    @Test("CXXCBC-119: asking whether a path is there has no error for an answer")
    func existingPath() throws {
        let lookup = KeyValueOperation.lookup([
            PathLookup(kind: .exists, path: "a"), PathLookup(kind: .exists, path: "b"),
        ])
        var response = ResponseFrame(opcode: .subdocumentLookup, status: .multiPathFailure, opaque: 3)
        for status in [Status.success, .pathNotFound] {
            response.value.writeMultipleIntegers(status.rawValue, UInt32(0))
        }
        let result = try lookup.result(of: response, vbucket: 1)
        let answer = LookupInResult(cas: result.cas, paths: result.paths, names: ["a", "b"])
        #expect(answer.exists(0) && !answer.exists(1))
    }

    @Test("CXXCBC-212: a plan that the server no longer has is made again", arguments: [4040, 4050, 4070])
    func forgottenPlan(code: Int) throws {
        let json = Data(#"{"code":\#(code),"msg":"the plan is not there"}"#.utf8)
        let error = try JSONDecoder().decode(QueryError.self, from: json)
        #expect(error.isAboutPreparedStatement && error.isRetriable)
    }
}
