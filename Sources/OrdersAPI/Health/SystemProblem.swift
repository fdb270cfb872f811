import OrderEvents
import Synchronization

/// Something that is wrong with a part of the platform, in words and for machines.
public struct SystemProblem: Hashable, Sendable {
    /// How bad it is.
    public enum Level: String, Hashable, Sendable {
        case degraded, down
    }

    /// `broker`, `store`, `topics`, or a service's name.
    public let part: String
    /// `degraded`: it goes on by itself; `down`: it does not work.
    public let level: Level
    /// `dependency_unavailable`, `unreachable`, …
    public let code: String
    /// For people; holds no secret.
    public let detail: String

    /// A problem of one part.
    public init(part: String, level: Level, code: String, detail: String) {
        self.part = part
        self.level = level
        self.code = code
        self.detail = detail
    }
}

/// Remembers when each problem was first seen by this process, for as long as it lasts.
final class ProblemLog: Sendable {
    private struct Name: Hashable {
        let part: String
        let code: String
    }

    private let first = Mutex<[Name: Timestamp]>([:])

    /// Since when each of them lasts, in their order. A problem that is not among them is over.
    func note(_ problems: [SystemProblem], now: Timestamp) -> [Timestamp] {
        first.withLock { first in
            var lasting: [Name: Timestamp] = [:]
            let since = problems.map { problem in
                let name = Name(part: problem.part, code: problem.code)
                let since = first[name] ?? now
                lasting[name] = since
                return since
            }
            first = lasting
            return since
        }
    }
}
