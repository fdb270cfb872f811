import Foundation

/// What one step of the doctor found, for people and machines. Never holds a secret.
struct DoctorFinding: Codable, Sendable, Equatable {
    enum State: String, Codable, Sendable {
        case ok, warning, failed, skipped
    }

    /// What was looked at: `tls`.
    var step: String
    /// At what: `kafka-1:9093`.
    var subject: String
    var state: State
    /// What was found, as a sentence without a full stop.
    var found: String
    /// What to change; nil where nothing is to be changed.
    var advice: String?

    static func ok(_ step: String, _ subject: String, _ found: String) -> DoctorFinding {
        DoctorFinding(step: step, subject: subject, state: .ok, found: found)
    }

    static func warning(_ step: String, _ subject: String, _ found: String, _ advice: String) -> DoctorFinding {
        DoctorFinding(step: step, subject: subject, state: .warning, found: found, advice: advice)
    }

    static func failed(_ step: String, _ subject: String, _ found: String, _ advice: String) -> DoctorFinding {
        DoctorFinding(step: step, subject: subject, state: .failed, found: found, advice: advice)
    }

    static func skipped(_ step: String, _ subject: String, _ why: String) -> DoctorFinding {
        DoctorFinding(step: step, subject: subject, state: .skipped, found: why)
    }

    /// For people: one line, and a second one for what to do.
    var lines: String {
        let mark = state.rawValue.padding(toLength: 8, withPad: " ", startingAt: 0)
        let head = "\(mark) \(step.padding(toLength: 9, withPad: " ", startingAt: 0)) \(subject): \(found)\n"
        return head + (advice.map { "\(String(repeating: " ", count: 19))\($0)\n" } ?? "")
    }
}
