import OrderEvents

extension Contract {
    private static let counts: [JSONSchema.Property] = [
        .required("orders", .count), .required("cancelled", .count), .required("paid", .count),
        .required("declined", .count), .required("flagged", .count),
    ]
    private static let sales = JSONSchema.Property(
        name: "sales", schema: .array(.named("Amount")), isRequired: true,
        description: "Of the orders that are not cancelled")

    static let figures: [Form] = [
        Form(
            "Totals",
            .object([
                .required("orders", .count, "Cancelled ones included"), .required("cancelled", .count),
                .required("late", .count, "Counted after their minute had been closed"),
                .required(
                    "payments",
                    .object([
                        .required("paid", .count), .required("declined", .count), .required("refund_due", .count),
                    ])),
                .required(
                    "fraud",
                    .object([.required("alerts", .count), .required("rate", .number, "Alerts for each order")])),
                .required("currencies", .array(.named("CurrencyTotals"))),
            ])
        ),
        Form(
            "CurrencyTotals",
            .object([
                .required("currency", currency), .required("orders", .count),
                .required("sales", .number, "Of the orders that are not cancelled"),
                .required("paid", .number, "All payments that were taken"),
                .required("refund_due", .number, "Of these, what is owed back"), .required("declined", .number),
                .required("flagged", .number),
            ])
        ),
        Form("CountryFigures", [.required("country", country)], counts, [sales]),
        Form(
            "Analytics",
            .object([
                .required("status", .enumeration(["ok"])), .required("generated_at", .time),
                .required("orders", .array(.named("Order"))), .required("totals", .named("Totals")),
            ])
        ),
        Form(
            "Stats",
            .object([
                .required("status", .enumeration(["ok"])), .required("totals", .named("Totals")),
                .required("countries", .array(.named("CountryFigures"))),
            ])
        ),
        Form(
            "TimeseriesPoint",
            [.required("start", .time)], counts,
            [
                .required("late", .count), sales,
                .optional("countries", .array(.named("CountryFigures")), "With by=country"),
                .optional("currencies", .array(.named("CurrencyFigures")), "With by=currency"),
                .optional("statuses", .array(.named("StatusFigures")), "With by=status"),
            ]
        ),
        Form("CurrencyFigures", [.required("currency", currency)], counts, [.required("sales", .number)]),
        Form(
            "StatusFigures",
            .object([
                .required("status", .enumeration(["ACTIVE", "CANCELLED"]), "ACTIVE: created or confirmed"),
                .required("orders", .count),
            ])
        ),
        Form(
            "Timeseries",
            .object([
                .required("step_seconds", .integer(60...86_400)), .required("from", .time), .required("to", .time),
                .required("points", .array(.named("TimeseriesPoint"))),
            ])
        ),
        Form("OpenAPI", .object([.required("openapi", .text)], allowsOthers: true)),
        Form(
            "StatsEvent",
            .object([
                .required("totals", .named("Totals")), .required("points", .array(.named("TimeseriesPoint"))),
            ])
        ),
    ]
}
