import Foundation
import Logging
import Testing

@testable import StreamProcessing

@Suite struct InstanceDirectoryTests {
    private let parent = NSTemporaryDirectory() + "instances-\(UUID().uuidString)"

    @Test func instancesTakeTheFirstFreeSlotAndKeepTheirIdentity() throws {
        defer { try? FileManager.default.removeItem(atPath: parent) }
        var first: InstanceDirectory? = try InstanceDirectory(claimingIn: parent)
        let second = try InstanceDirectory(claimingIn: parent)
        #expect(first?.slot == 0)
        #expect(second.slot == 1)
        #expect(first?.identity != second.identity)
        let identity = first?.identity
        first = nil
        let again = try InstanceDirectory(claimingIn: parent)
        #expect(again.slot == 0)
        #expect(again.identity == identity)
    }

    @Test func whenAllSlotsAreTakenTheErrorNamesTheDirectory() throws {
        defer { try? FileManager.default.removeItem(atPath: parent) }
        let one = try InstanceDirectory(claimingIn: parent, slots: 1)
        #expect { try InstanceDirectory(claimingIn: parent, slots: 1) } throws: { "\($0)".contains(parent) }
        withExtendedLifetime(one) {}
    }

    @Test("a directory that cannot be made is waited for", .timeLimit(.minutes(1)))
    func waits() async throws {
        let parent = FileManager.default.temporaryDirectory.appendingPathComponent("waits-\(UUID().uuidString)")
        // A file in the directory's place stands for a disk that is full.
        try Data().write(to: parent)
        defer { try? FileManager.default.removeItem(at: parent) }  // it may be gone already
        let (lines, line) = AsyncStream<String>.makeStream()
        async let claimed = InstanceDirectory.claim(
            in: parent.path, logger: Logger(label: "test") { _ in Lines(line: line) })
        var said = lines.makeAsyncIterator()
        #expect(await said.next() == "the state directory cannot be used yet")
        try FileManager.default.removeItem(at: parent)
        let instance = try #require(await claimed)
        #expect(instance.slot == 0)
    }

    /// Hands on what is logged.
    private struct Lines: LogHandler {
        let line: AsyncStream<String>.Continuation
        var metadata: Logger.Metadata = [:]
        var logLevel: Logger.Level = .debug

        subscript(metadataKey key: String) -> Logger.Metadata.Value? {
            get { metadata[key] }
            set { metadata[key] = newValue }
        }

        func log(event: LogEvent) { line.yield("\(event.message)") }
    }
}
