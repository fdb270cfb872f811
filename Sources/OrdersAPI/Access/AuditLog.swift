public import APIAccess
import HTTPTypes
import Hummingbird
import Logging
import NIOPosix

/// Where acts of people are written down: a file of JSON lines, or the log under the category `audit`.
public struct AuditLog: Sendable {
    private let file: AuditFile?
    private let logger: Logger

    /// - Parameter file: nil for the log.
    public init(file: AuditFile?, logger: Logger = Logger(label: "audit")) {
        self.file = file
        self.logger = logger
    }

    func record(_ record: AuditRecord) async {
        do {
            guard let file else {
                let line = try record.line().dropLast()
                return logger.notice("\(line)")
            }
            try await NIOThreadPool.singleton.runIfActive { try file.append(record) }
        } catch {
            // The act has happened: what could not be written goes to the log, so that it is somewhere.
            logger.critical(
                "An act could not be written to the audit log",
                metadata: [
                    "error": "\(error)", "record": "\((try? record.line().dropLast()).map(String.init) ?? "-")",
                ])
        }
    }
}

extension AccessControl {
    /// Writes down what a request did, or tried.
    func recordAct(
        _ act: String, by caller: Caller?, _ request: Request, _ context: APIContext, status: HTTPResponse.Status,
        result: String? = nil
    ) async {
        await audit.record(
            AuditRecord(
                at: now(), who: caller?.id ?? "-", name: caller?.name ?? "-", act: act,
                target: String(request.uri.path.prefix(300)),
                result: result ?? (status.kind == .successful ? "done" : "refused"), status: status.code,
                requestID: context.requestID, address: context.clientAddress))
    }
}
