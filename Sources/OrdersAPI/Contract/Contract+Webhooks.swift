import Webhooks

extension Contract {
    static let webhooks: [Form] = [
        Form(
            "DeliveryList",
            .object([
                .required("deliveries", .array(.named("Delivery"))),
                .required("complete", .boolean, "false: there are more than are shown"),
            ])),
        Form(
            "Redelivery",
            .object([
                .required("id", .text, "The webhook-id of what is posted again"), .required("order_id", .count),
                .optional("endpoint", .text, "To whom; absent: to each that subscribes"),
            ])),
        Form("EnabledEndpoint", .object([.required("endpoint", .text)])),
        Form(
            "Delivery",
            .object([
                .required("id", .text, "The webhook-id: the same in each attempt and for each endpoint"),
                .required("endpoint", .text),
                .required("type", .enumeration(OrderOutcome.allCases.map(\.rawValue))),
                .required("order_id", .count), .required("occurred_at", .time),
                .required(
                    "state", .enumeration(WebhookLedger.Delivery.State.allCases.map(\.rawValue)),
                    "failed: it was given up"),
                .required("attempts", .count), .required("created_at", .time), .optional("attempted_at", .time),
                .optional("next_attempt_at", .time), .optional("status", .count, "The endpoint's last HTTP status"),
                .optional("detail", .text, "Why it did not succeed"),
            ])),
    ]
}
