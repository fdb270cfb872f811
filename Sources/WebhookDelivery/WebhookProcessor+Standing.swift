import OrderEvents
import StreamProcessing
import Webhooks

/// Which endpoints are in use: known from the state, and written there when it changes.
extension WebhookProcessor {
    /// After this a mark is written again, in milliseconds: the log of deliveries keeps a record for a week only.
    static let markLifetime: Int64 = 86_400_000

    /// Takes over what the state of a home says of an endpoint. The newest of all homes counts.
    func take(_ mark: EndpointMark) {
        if let known = marks[mark.endpoint], known.at >= mark.at { return }
        marks[mark.endpoint] = mark
    }

    /// Disables the endpoints that were, unless they have another URL or secret since.
    func applyMarks() {
        for endpoint in endpoints {
            guard let mark = marks[endpoint.name], let reason = mark.disabled, mark.fingerprint == endpoint.fingerprint
            else { continue }
            standings[endpoint.name]?.disable(reason)
        }
    }

    /// When the first mark is to be written again.
    var nextMark: Int64? {
        endpoints.compactMap { endpoint in
            standings[endpoint.name]?.disabled == nil ? nil : markDue(endpoint)
        }.min()
    }

    /// When an endpoint that is disabled is marked as such: at once where it is not.
    private func markDue(_ endpoint: WebhookEndpoint) -> Int64 {
        guard let mark = written[endpoint.name] ?? marks[endpoint.name], mark.disabled != nil,
            mark.fingerprint == endpoint.fingerprint
        else {
            return 0
        }
        return mark.at.millisecondsSinceEpoch + Self.markLifetime
    }

    /// Writes down in each home which endpoints are disabled, where it is not or was long ago.
    func writeMarks(in context: any TaskContext) throws {
        let now = context.nowMilliseconds
        for endpoint in endpoints {
            guard let reason = standings[endpoint.name]?.disabled, markDue(endpoint) <= now else { continue }
            let mark = EndpointMark(endpoint, disabled: reason, at: Timestamp(millisecondsSinceEpoch: now))
            for home in context.homes { try write(mark, in: home, context) }
        }
    }

    func write(_ mark: EndpointMark, in home: Int32, _ context: any TaskContext) throws {
        try context.emit(mark, on: Topics.webhookEndpoints, keeping: MarkState(mark: mark), partition: home)
        written[mark.endpoint] = mark
    }

    func judge(_ answer: DeliveryAnswer, of endpoint: String, at now: Int64) {
        guard var standing = standings[endpoint] else { return }
        let before = standing
        var detail = ""
        switch answer {
        case .delivered, .refused: standing.answered()
        case .gone: standing.gone()
        case .failed(_, let text, let retryAfter):
            detail = text
            standing.failed(at: now, retryAfter: retryAfter, schedule: schedule, using: &random)
        }
        standings[endpoint] = standing
        if let reason = standing.disabled, before.disabled == nil {
            logger.error(
                "a webhook endpoint is disabled: nothing is posted to it until a person enables it",
                metadata: ["endpoint": "\(endpoint)", "reason": "\(reason)"])
        } else if standing.openUntil > 0, before.openUntil == 0 {
            logger.warning(
                "a webhook endpoint fails: its deliveries wait, and one at a time tries it",
                metadata: ["endpoint": "\(endpoint)", "error": "\(detail)"])
        } else if standing.openUntil == 0, before.openUntil > 0 {
            logger.notice("a webhook endpoint answers again", metadata: ["endpoint": "\(endpoint)"])
        }
    }
}
