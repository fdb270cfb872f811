import OrderEvents

extension Contract {
    static let orderID = JSONSchema.integer(1...OrderID.maximum)
    static let customerID = JSONSchema.integer(EventLimits.customerIDs)
    static let currency = JSONSchema.string(.pattern("^[A-Z]{3}$"))
    static let country = JSONSchema.string(.pattern("^[A-Z]{2}$"))
    static let status = JSONSchema.enumeration(OrderStatus.allCases.map { "\($0.wireName)" })

    private static let order: [JSONSchema.Property] = [
        .required("order_id", orderID), .required("customer_id", customerID, "0 for a guest"),
        .required("amount", .number), .required("currency", currency), .required("country", country),
        .required("status", .named("OrderStatus"), "The latest one"),
        .required("created_at", .time),
        .required("payment", .nullable(.named("Payment")), "null: not yet judged"),
        .required("fraud", .named("Fraud")),
        .required("history", .map(.time), "When each status was first seen"),
        .optional("conflicts", .named("Conflicts")),
        .optional("refund_due", .named("Amount"), "Paid, and then cancelled"),
        .required("revision", .count, "Grows with every change: the larger one is the newer one"),
        .required("updated_at", .time),
    ]

    static let orders: [Form] = [
        Form("OrderStatus", status),
        Form("Amount", .object([.required("amount", .number), .required("currency", currency)])),
        Form("Order", .object(order)),
        Form(
            "Payment",
            .object([
                .required("status", .enumeration(["PAID", "DECLINED", "REFUNDED"])),
                .required("amount", .number), .required("currency", currency),
                .optional("country", country, "Where it differs from the order's"),
                .optional("customer_id", customerID, "Where it differs from the order's"),
                .required("processed_at", .time), .optional("decline_reason", .text),
            ])
        ),
        Form(
            "Fraud",
            .object([
                .required("flagged", .boolean), .optional("reason", .text),
                .optional("amount", .number, "Where it differs from the order's"), .optional("currency", currency),
                .optional("country", country), .optional("customer_id", customerID),
                .optional("detected_at", .time),
            ])
        ),
        Form(
            "Conflicts",
            .object([
                .required("count", .count, "Events that contradict the first one: they changed nothing"),
                .required("status", .named("OrderStatus"), "Of the latest of them, as are the fields that differ"),
                .optional("amount", .number), .optional("currency", currency), .optional("country", country),
                .optional("customer_id", customerID), .optional("created_at", .time),
                .required("seen_at", .time),
            ])
        ),
        Form("OrderWithTrail", order, [.required("trail", .array(.named("TrailStep")))]),
        Form(
            "TrailStep",
            .object([
                .required("event", .text), .required("at", .time),
                .optional("latency_ms", .count, "Since the event before"),
                .optional("detail", .text),
                .required("topic", .text, "The topic that its record is on"),
                .optional("partition", .count, "Where its record stands; left out where it was not found in time"),
                .optional("offset", .count),
                .optional("trace_id", .text, "The trace that its record belongs to, where there is one"),
            ])
        ),
        Form(
            "OrderPage",
            .object([
                .required("orders", .array(.named("Order"))),
                .required("next_cursor", cursor, "The page after this one; null after the last"),
                .required("previous_cursor", cursor, "The page before this one; null before the first"),
                .required("has_more", .boolean, "Whether there is a next_cursor"),
                .required(
                    "total", .nullable(.integer(0...Int64.max)),
                    "How many pass the filters, where the totals tell it; null where only counting would"),
            ])
        ),
        Form(
            "OrderDraft",
            .object([
                .optional("order_id", orderID, "One is given if it is left out"),
                .required("customer_id", customerID),
                .required("amount", .number, "At most 15 digits, with no more decimals than the currency has"),
                .required("currency", currency, "ISO 4217"), .required("country", country, "ISO 3166-1"),
                .optional("status", .named("OrderStatus"), "CREATED if left out"),
                .optional("created_at", .time, "Now if left out"),
            ])
        ),
        Form(
            "OrderAccepted",
            .object([
                .required("order_id", orderID), .required("status", .named("OrderStatus")), .required("topic", .text),
                .required("partition", .nullable(.integer(0...Int64.max)), "null where it is not known"),
                .required("offset", .nullable(.integer(0...Int64.max)), "null where it is not known"),
            ])
        ),
        Form(
            "BatchResult",
            .object([
                .required("results", .array(.named("BatchItem")), "One for each order, in their order"),
                .required("accepted", .count), .required("refused", .count),
            ])
        ),
        Form(
            "BatchItem",
            .object([
                .required("index", .count), .required("status", .integer(202...599), "As the order alone would get it"),
                .optional("order", .named("OrderAccepted")),
                .optional("replayed", .boolean, "true where it had been accepted before"),
                .optional("problem", .named("Problem")),
            ])
        ),
        Form(
            "Alert",
            .object([
                .required("order_id", orderID), .required("reason", .text), .required("amount", .number),
                .required("currency", currency), .required("country", country), .required("customer_id", customerID),
                .required("detected_at", .time),
            ])
        ),
        Form(
            "AlertPage",
            .object([.required("alerts", .array(.named("Alert"))), .required("next_cursor", cursor)])
        ),
    ]
}
