import OrderEvents

extension Contract {
    private static let state = JSONSchema.enumeration(DeadLetterState.allCases.map(\.rawValue))

    static let deadLetters: [Form] = [
        Form(
            "DeadLetterCounts",
            .object([
                .required("status", .enumeration(["starting", "current", "behind"])), .required("open", .count),
                .required("open_records", .count, "Records that have open dead letters"),
                .required(
                    "topics",
                    .array(
                        .object([.required("topic", .text), .required("group", .text), .required("open", .count)]))),
            ])
        ),
        Form(
            "DeadLetter",
            .object([
                .required("id", .text, "topic/group/partition/offset"), .required("topic", .text),
                .required("group", .text), .required("partition", .count), .required("offset", .count),
                .optional(
                    "origin",
                    .object([
                        .required("topic", .text), .required("partition", .count), .required("offset", .count),
                        .optional("timestamp", .time), .optional("key", .text),
                        .optional("key_base64", .text, "A key that is not UTF-8"),
                    ]), "Where the record stood"),
                .required("code", .text), .required("reason", .text), .required("failed_at", .time),
                .required("attempts", .count), .required("state", state), .optional("decided_at", .time),
                .optional("value", .text, "What was kept of it"),
                .optional("value_base64", .text, "A value that is not UTF-8"),
                .required("value_bytes", .count, "Of the whole value"),
            ])
        ),
        Form(
            "DeadLetterPage",
            .object([
                .required("dead_letters", .array(.named("DeadLetter"))),
                .required("complete", .boolean, "false: there are older ones, which orders dlq list shows"),
                .required("next_cursor", cursor),
            ])
        ),
        Form(
            "DeadLetterReplay",
            .object([
                .optional("ids", ids, "One of ids, filter and corrections must be given"),
                .optional("filter", .named("DeadLetterSelector")),
                .optional(
                    "corrections", .array(.object([.required("id", .text), .required("value", .text)]), atMost: 1_000),
                    "Dead letters with the value to send instead of their own"),
                .optional("dry_run", .boolean, "Say what would be done, and do nothing"),
                .optional("force", .boolean, "Send also what would be set aside again"),
                .optional("max_attempts", .integer(1...1_000), "One replayed so often is refused; 3 if left out"),
                .optional("discarded", .boolean, "Take discarded ones, too"),
            ])
        ),
        Form(
            "DeadLetterDiscard",
            .object([
                .optional("ids", ids, "One of ids and filter must be given"),
                .optional("filter", .named("DeadLetterSelector")), .optional("dry_run", .boolean),
            ])
        ),
        Form(
            "DeadLetterSelector",
            .object([
                .optional("topic", .text), .optional("group", .text), .optional("code", .text),
                .optional("key", .text, "The record's key"), .optional("since", .time, "Set aside then or later"),
                .optional("until", .time, "Set aside before"),
            ])
        ),
        Form(
            "DeadLetterActResult",
            .object([
                .required("dry_run", .boolean),
                .required("complete", .boolean, "Whether everything that was asked for is so now"),
                .required("total", .count), .required("counts", .map(.count), "By outcome"),
                .required(
                    "outcomes",
                    .array(
                        .object([
                            .required("id", .text),
                            .required(
                                "outcome",
                                .enumeration([
                                    "replayed", "covered", "already_replayed", "discarded", "already_discarded",
                                    "refused", "missing",
                                ])), .required("detail", .text),
                        ])), "The first 1,000"),
                .required("outcomes_left_out", .count),
            ])
        ),
    ]

    private static let ids = JSONSchema.array(.text, atMost: 1_000)
}
