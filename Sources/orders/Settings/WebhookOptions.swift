import ArgumentParser
import Webhooks

/// Who is notified of the outcomes of orders.
struct WebhookOptions: ParsableArguments {
    @Option(
        help: ArgumentHelp(
            "The file of endpoints that outcomes of orders are posted to. Environment: WEBHOOK_ENDPOINTS.",
            valueName: "FILE"))
    var webhooks: String?

    /// Empty where no file is named. Blocking.
    func endpoints(environment: [String: String]) throws -> [WebhookEndpoint] {
        guard let path = webhooks ?? environment["WEBHOOK_ENDPOINTS"], !path.isEmpty else { return [] }
        do throws(WebhookError) {
            return try WebhookFile.read(path)
        } catch {
            throw PlatformError("\(error). Correct it, or unset WEBHOOK_ENDPOINTS.")
        }
    }
}
