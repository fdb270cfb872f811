import Foundation
import Testing

/// The short run of the fuzzer: the committed corpus, which holds what was once found, and seeded mutations of it.
@Suite("Fuzzing")
struct CorpusTests {
    private static let directory = URL(fileURLWithPath: #filePath)
        .deletingLastPathComponent().deletingLastPathComponent().appendingPathComponent("Corpus")

    /// The target's inputs by their file names, in order.
    private static func corpus(_ target: FuzzTarget) throws -> [(name: String, bytes: [UInt8])] {
        let folder = directory.appendingPathComponent(target.rawValue)
        return try FileManager.default.contentsOfDirectory(atPath: folder.path).sorted().map { name in
            (name, Array(try Data(contentsOf: folder.appendingPathComponent(name))))
        }
    }

    @Test("Every input of the corpus holds", arguments: FuzzTarget.allCases)
    func regression(target: FuzzTarget) throws {
        let corpus = try Self.corpus(target)
        #expect(!corpus.isEmpty)
        for (name, bytes) in corpus {
            do { try bytes.withUnsafeBytes { try target.check($0) } } catch {
                Issue.record("\(target)/\(name): \(error)")
            }
        }
    }

    /// How many mutations a debug build checks in a second or two.
    private static func rounds(_ target: FuzzTarget) -> Int {
        switch target {
        case .json, .request: 10_000
        case .batch, .codec: 2_000
        case .journal, .stored: 1_000
        case .core: 100
        }
    }

    @Test("Seeded mutations of the corpus hold", arguments: FuzzTarget.allCases)
    func mutations(target: FuzzTarget) throws {
        var mutator = CorpusMutator(seed: 1, corpus: try Self.corpus(target).map(\.bytes))
        for round in 0..<Self.rounds(target) {
            let input = mutator.next()
            do { try input.withUnsafeBytes { try target.check($0) } } catch {
                let text = input.map { String($0, radix: 16) }.joined(separator: " ")
                Issue.record("\(target), mutation \(round): \(error)\ninput: \(text)")
                return
            }
        }
    }
}
