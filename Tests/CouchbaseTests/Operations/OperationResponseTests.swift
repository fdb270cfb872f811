import NIOCore
import TestSupport
import Testing

@testable import Couchbase

@Suite("Responses to operations")
struct OperationResponseTests {
    private static let counter = PathMutation(kind: .counter, path: "n", value: ByteBuffer(string: "1"))
    private static let mutate = KeyValueOperation.mutate([counter, counter], .replace, MutationOptions())

    private func result(_ operation: KeyValueOperation, _ response: ResponseFrame) throws(CouchbaseError)
        -> OperationResult
    {
        try operation.result(of: response, vbucket: 7)
    }

    private func error(_ operation: KeyValueOperation, _ status: Status) -> CouchbaseError.Code? {
        do throws(CouchbaseError) {
            _ = try result(operation, ResponseFrame(opcode: operation.opcode, status: status))
            return nil
        } catch {
            return error.code
        }
    }

    @Test("A get returns content, flags and CAS")
    func get() throws {
        let response = ResponseFrame(
            opcode: .get, status: .success, dataType: .json, cas: 3, extras: ByteBuffer(hex: "02000006"),
            value: ByteBuffer(string: "{}"))
        let result = try result(.get, response)
        #expect(result == OperationResult(cas: 3, content: .json(ByteBuffer(string: "{}"))))
        #expect(throws: CouchbaseError.self) {
            try self.result(.get, ResponseFrame(opcode: .get, status: .success))
        }
    }

    @Test("A mutation returns its token where the server gives one")
    func token() throws {
        let extras = ByteBuffer(hex: "00000000000000aa00000000000000bb")
        let operation = KeyValueOperation.remove(MutationOptions())
        let result = try result(operation, ResponseFrame(opcode: .delete, status: .success, cas: 1, extras: extras))
        #expect(result.token == MutationToken(vbucket: 7, vbucketUUID: 0xaa, sequenceNumber: 0xbb))
        #expect(try self.result(operation, ResponseFrame(opcode: .delete, status: .success)).token == nil)
    }

    @Test("Each path of a lookup has its own status")
    func lookup() throws {
        let operation = KeyValueOperation.lookup([PathLookup(kind: .get, path: "a"), PathLookup(kind: .get, path: "b")])
        let value = ByteBuffer(hex: "0000" + "00000001" + "31" + "00c0" + "00000000")
        let result = try result(
            operation, ResponseFrame(opcode: .subdocumentLookup, status: .multiPathFailure, value: value))
        #expect(result.paths.map(\.status) == [.success, .pathNotFound])
        #expect(result.paths[0].value == ByteBuffer(string: "1"))
        for damaged in ["", "0000" + "00000002" + "31", "0000" + "00000001" + "31" + "00c0" + "00000000" + "00"] {
            let response = ResponseFrame(
                opcode: .subdocumentLookup, status: .success, value: ByteBuffer(hex: damaged))
            let error = #expect(throws: CouchbaseError.self) { try self.result(operation, response) }
            #expect(error?.code == .protocolViolation)
        }
    }

    @Test("A mutation of paths returns values by index, or names the path that failed")
    func mutation() throws {
        let value = ByteBuffer(hex: "01" + "0000" + "00000002" + "3432")
        let done = try result(Self.mutate, ResponseFrame(opcode: .subdocumentMutation, status: .success, value: value))
        #expect(done.paths.map(\.value) == [ByteBuffer(), ByteBuffer(string: "42")])
        let failure = ResponseFrame(
            opcode: .subdocumentMutation, status: .multiPathFailure, value: ByteBuffer(hex: "0100c1"))
        let error = #expect(throws: CouchbaseError.self) { try self.result(Self.mutate, failure) }
        #expect(error?.code == .pathMismatch)
        #expect(error?.message.contains("\"n\"") == true)
    }

    @Test("One status means different errors for different operations")
    func errorsByOperation() {
        let content = Content.binary(ByteBuffer())
        #expect(error(.insert(content, MutationOptions()), .exists) == .documentExists)
        #expect(error(.replace(content, MutationOptions()), .exists) == .casMismatch)
        #expect(error(.get, .notFound) == .documentNotFound)
        #expect(error(.unlock(cas: 1), .locked) == .casMismatch)
        #expect(error(.get, .locked) == .documentLocked)
        #expect(error(Self.mutate, .durableWriteAmbiguous) == .durabilityAmbiguous)
        #expect(error(.get, Status(rawValue: 0x7777)) == .internalServerFailure)
    }

    @Test("Damaged values of responses are results or named errors", arguments: 0..<300 as Range<UInt64>)
    func fuzz(seed: UInt64) {
        var generator = SeededGenerator(seed: seed)
        var response = ResponseFrame.random(using: &generator)
        response.status = [.success, .multiPathFailure, .exists].randomElement(using: &generator) ?? .success
        let lookup = KeyValueOperation.lookup([PathLookup(kind: .get, path: "a")])
        for operation in [.get, lookup, Self.mutate, .remove(MutationOptions())] {
            do throws(CouchbaseError) {
                let result = try result(operation, response)
                #expect(result.cas == response.cas)
            } catch {
                #expect(!error.message.isEmpty)
            }
        }
    }
}
