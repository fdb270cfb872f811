import APIAccess
import Foundation
import OrdersAPI

/// Writes acts on the command line where those over the API are written: the audit log of the data directory, or the
/// file that `AUDIT_LOG` names.
struct CommandAudit {
    let data: DataOptions

    /// Who acts: the account and the machine.
    static var user: String { "\(NSUserName())@\(ProcessInfo.processInfo.hostName)" }

    /// What has happened stands, whether it can be written down or not: then there is a warning.
    ///
    /// - Parameters:
    ///   - target: what it was done to; holds no secret.
    ///   - result: `done`, or how it went.
    func record(_ act: String, target: String, result: String) {
        let named = processEnvironment["AUDIT_LOG"].flatMap { $0.isEmpty ? nil : $0 }
        let record = AuditRecord(
            at: OrdersAPIService.systemClock(), who: "user:\(Self.user)", name: NSUserName(), act: act,
            target: String(target.prefix(300)), result: result)
        do {
            // A command has no log of its own: what is asked to go there goes to standard error.
            if named == "-" { return Standard.error(try record.line()) }
            try AuditFile(path: named ?? data.auditLog).append(record)
        } catch {
            Standard.error("warning: \(error)\n")
        }
    }
}
