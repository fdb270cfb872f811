import ArgumentParser
import Foundation
import Webhooks

/// Who is notified of the outcomes of orders.
struct WebhookOptions: ParsableArguments {
    @Option(
        help: ArgumentHelp(
            "The file of endpoints that outcomes of orders are posted to. Environment: WEBHOOK_ENDPOINTS.",
            valueName: "FILE"))
    var webhooks: String?

    /// Empty where neither a file is named nor its text is given. Blocking.
    func endpoints(environment: [String: String]) throws -> [WebhookEndpoint] {
        let path = webhooks ?? environment["WEBHOOK_ENDPOINTS"] ?? ""
        let text = environment["WEBHOOK_ENDPOINTS_JSON"] ?? ""
        guard path.isEmpty || text.isEmpty else {
            throw PlatformError("WEBHOOK_ENDPOINTS and WEBHOOK_ENDPOINTS_JSON are both given. Unset one of them.")
        }
        do throws(WebhookError) {
            if !path.isEmpty { return try WebhookFile.read(path) }
            return text.isEmpty ? [] : try WebhookFile.parse(Data(text.utf8), path: "WEBHOOK_ENDPOINTS_JSON")
        } catch {
            let name = path.isEmpty ? "WEBHOOK_ENDPOINTS_JSON" : "WEBHOOK_ENDPOINTS"
            throw PlatformError("\(error). Correct it, or unset \(name).")
        }
    }
}
