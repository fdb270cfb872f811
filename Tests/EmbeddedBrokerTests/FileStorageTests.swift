import Foundation
import NIOCore
import Testing

@testable import BrokerStorage
@testable import KafkaProtocol

@Suite("Files of a data directory")
struct FileStorageTests {
    private func withFiles(_ body: (FileStorage, String) throws -> Void) throws {
        let path = FileManager.default.temporaryDirectory.appendingPathComponent("files-\(UUID().uuidString)").path
        try FileManager.default.createDirectory(atPath: path, withIntermediateDirectories: true)
        defer {
            // What cannot be removed is the system's to clean up.
            try? FileManager.default.removeItem(atPath: path)
        }
        try body(FileStorage(root: path), path)
    }

    @Test("chunks are written one after the other, however many there are")
    func chunks() throws {
        try withFiles { files, _ in
            for count in [1, 2, 511, 512, 513, 1500] {
                let chunks = (0..<count).map { ByteBuffer(string: "chunk \($0);") } + [ByteBuffer()]
                try files.write("a/b/c.log", at: 10, chunks)
                let expected = WireFrame.joined(chunks)
                #expect(try files.read("a/b/c.log", at: 10, count: expected.readableBytes) == expected)
            }
            #expect(try files.read("a/b/c.log", at: 0, count: 10).readableBytesView.allSatisfy { $0 == 0 })
        }
    }

    @Test("reading beyond the end gives what there is")
    func short() throws {
        try withFiles { files, _ in
            try files.write("f", at: 0, [ByteBuffer(string: "abc")])
            #expect(String(buffer: try files.read("f", at: 1, count: 100)) == "bc")
            #expect(try files.read("f", at: 50, count: 100).readableBytes == 0)
            #expect(throws: StorageError.self) { try files.read("g", at: 0, count: 1) }
        }
    }

    @Test("files are sized, renamed, listed and deleted, and open ones follow")
    func names() throws {
        try withFiles { files, _ in
            try files.write("d/old", at: 0, [ByteBuffer(string: "old")])
            try files.write("d/new", at: 0, [ByteBuffer(string: "newer")])
            #expect(try files.size("d/new") == 5)
            try files.rename("d/new", to: "d/old")
            #expect(String(buffer: try files.read("d/old", at: 0, count: 10)) == "newer")
            #expect(try files.size("d/new") == nil)
            try files.truncate("d/old", to: 2)
            #expect(try files.size("d/old") == 2)
            try files.preallocate("d/journal", size: 5000)
            #expect(try files.size("d/journal") == 5000)
            try files.synchronize("d/old")
            try files.synchronizeDirectory("d")
            #expect(try files.list("d") == ["journal", "old"])
            try files.delete("d/old")
            try files.delete("d/old")
            #expect(try files.list("d") == ["journal"])
            try files.write("d/e/f", at: 0, [ByteBuffer(string: "x")])
            try files.deleteDirectory("d")
            #expect(try files.list("") == [])
            #expect(try files.list("nowhere") == [])
        }
    }

    @Test("more files than may be open at once")
    func manyFiles() throws {
        try withFiles { files, _ in
            let count = FileStorage.maximumOpenFiles * 2
            for index in 0..<count { try files.write("f\(index)", at: 0, [ByteBuffer(integer: index)]) }
            for index in 0..<count {
                #expect(try files.read("f\(index)", at: 0, count: 8).getInteger(at: 0, as: Int.self) == index)
            }
        }
    }

    @Test("a full disk is distinguished from other errors")
    func errors() throws {
        let full = FileStorage(root: "/dev")
        do {
            try full.write("full", at: 0, [ByteBuffer(string: "x")])
            Issue.record("/dev/full took a byte")
        } catch {
            #expect(error.code == .noSpace && error.file == "full")
        }
    }
}
