import OrderServices
import Secrets
import WebhookDelivery
import Webhooks

/// What the services call outside the platform: read before anything starts, so that a wrong setting leaves nothing behind.
struct OutboundCalls {
    let gateway: any PaymentGateway
    /// nil: alerts go to the log alone.
    let alerts: Webhook?
    /// Who is notified of outcomes.
    let endpoints: [WebhookEndpoint]

    /// - Parameter webhooks: nil: nobody is notified, whatever the environment says.
    init(payments: PaymentOptions, webhooks: WebhookOptions?, environment: [String: String]) throws {
        gateway = try payments.gateway(environment: environment)
        alerts = try OutboundCalls.alerts(environment)
        endpoints = try webhooks?.endpoints(environment: environment) ?? []
    }

    /// Where fraud alerts are posted; nil: nowhere.
    static func alerts(_ environment: [String: String]) throws -> Webhook? {
        let secret = try Setting.parse(
            "ALERT_WEBHOOK_SECRET", in: environment, { WebhookSecret(Secret($0)) },
            "whsec_ and the Base64 of 24 to 64 bytes", isSecret: true)
        return try Setting.url("ALERT_WEBHOOK_URL", in: environment).map { Webhook($0, secret: secret) }
    }
}
