import ArgumentParser
import Foundation
import DeadLetters
import Synchronization

/// Shows what happened to dead letters: each one where there are few, refusals always (up to a bound), sums at the end.
final class DeadLetterReport: Sendable {
    private let json: Bool
    private let isDryRun: Bool
    private let state = Mutex((lines: 0, refusals: [Refusal]()))

    /// Lines of one kind that are printed; the rest is counted.
    private let bound: Int

    private struct Refusal: Encodable {
        var id: String
        var result: String
        var detail: String
    }

    private struct Summary: Encodable {
        var dryRun: Bool
        var results: [String: Int]
        var refusals: [Refusal]
    }

    init(json: Bool, isDryRun: Bool, bound: Int = 100) {
        self.json = json
        self.isDryRun = isDryRun
        self.bound = bound
    }

    var take: DeadLetterDesk.Report {
        { [self] outcome in
            let isRefusal = outcome.kind == .refused || outcome.kind == .missing
            state.withLock { state in
                if isRefusal, state.refusals.count < bound {
                    state.refusals.append(
                        Refusal(id: outcome.id.description, result: outcome.kind.rawValue, detail: outcome.detail))
                }
                guard !json else { return }
                if isRefusal {
                    if state.refusals.count < bound {
                        Standard.error(
                            "\(outcome.id): \(outcome.kind.rawValue): \(DeadLetterText.printable(outcome.detail))\n")
                    }
                } else if state.lines < bound {
                    state.lines += 1
                    Standard.output(
                        "\(outcome.id): \(word(outcome.kind)): \(DeadLetterText.printable(outcome.detail))\n")
                }
            }
        }
    }

    private func word(_ kind: DeadLetterOutcome.Kind) -> String {
        let text = kind.rawValue.replacing("_", with: " ")
        return isDryRun && (kind == .replayed || kind == .discarded) ? "would be \(text)" : text
    }

    /// How it went, for the audit log.
    static func result(of summary: DeadLetterSummary) -> String {
        if summary.total == 0 { return "done: nothing matched" }
        let parts = summary.counts.sorted { $0.key.rawValue < $1.key.rawValue }.map { "\($0.value) \($0.key.rawValue)" }
        return "\(summary.isComplete ? "done" : "incomplete"): \(parts.joined(separator: ", "))"
    }

    /// Prints the sums.
    ///
    /// - Throws: exit code 1 where not everything that was asked for is done.
    func end(_ summary: DeadLetterSummary) throws {
        if json {
            let results = Dictionary(uniqueKeysWithValues: summary.counts.map { ($0.key.rawValue, $0.value) })
            try Table.printJSON(Summary(dryRun: isDryRun, results: results, refusals: state.withLock { $0.refusals }))
        } else if summary.total == 0 {
            Standard.output("no dead letters match: nothing to do\n")
        } else {
            let parts = summary.counts.sorted { $0.key.rawValue < $1.key.rawValue }.map {
                "\($0.value) \(word($0.key))"
            }
            Standard.output("\(summary.total) dead letters: \(parts.joined(separator: ", "))\n")
        }
        if !summary.isComplete { throw ExitCode(1) }
    }
}
