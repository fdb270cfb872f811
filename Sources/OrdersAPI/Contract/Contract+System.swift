import APIAccess
import OrderEvents

extension Contract {
    private static let part: [JSONSchema.Property] = [
        .required("status", .enumeration(["ok", "down"])), .optional("detail", .text, "Why it is down"),
    ]

    private static let session: [Form] = [
        Form("SignIn", .object([.required("credential", .text, "An API key or a token")])),
        Form(
            "Session",
            .object([
                .required("authentication", .enumeration(["required", "off"])), .required("id", .text),
                .required("name", .text),
                .required("scopes", .array(.enumeration(Scope.allCases.map(\.rawValue)))),
                .required("expires_at", .nullable(.time)),
            ])),
    ]

    static let system: [Form] =
        session + [
            Form("Health", .object([.required("status", .enumeration(["ok"]))])),
            Form(
                "PartProblem",
                .object([
                    .required("part", .text, "broker, store, topics, a service's name, reconciler"),
                    .required("level", level, "degraded: it goes on by itself; down: it does not work"),
                    .required("code", .text), .required("detail", .text), .required("since", .time),
                ])
            ),
            Form(
                "Readiness",
                .object([
                    .required("status", .enumeration(["ready", "not_ready"])), .required("broker", .object(part)),
                    .required("store", .object(part)), .required("problems", problems),
                ])
            ),
            Form(
                "System",
                .object([
                    .required("status", .enumeration(["ok", "starting", "degraded", "down"])),
                    .required("problems", problems), .required("version", .text), .required("uptime_seconds", .count),
                    .required("broker", .named("BrokerState")),
                    .required("store", .named("StoreState")),
                    .optional("dead_letters", .named("DeadLetterCounts")),
                    .required("reconciler", .named("Reconciler")),
                    .required("services", .array(.named("ServiceState"))),
                    .required("topics", .array(.named("TopicSize"))),
                ])
            ),
            Form("BrokerState", part, [.required("bootstrap", .text)]),
            Form("StoreState", part, [.required("kind", .text), .optional("orders", .count)]),
            Form(
                "TopicSize",
                .object([
                    .required("name", .text), .required("partitions", .count),
                    .required("offsets", .count, "Between the beginnings and the ends of its partitions"),
                ])
            ),
            Form(
                "ServiceState",
                .object([
                    .required("name", .text), .required("group", .text),
                    .required("status", .enumeration(["ok", "lagging", "retrying", "starting", "down"])),
                    .required("members", .count), .required("lag", .count, "Offsets that it is behind, in all"),
                    .required("instances", .array(.named("Instance"))),
                    .required(
                        "partitions",
                        .array(
                            .object([
                                .required("topic", .text), .required("partition", .count), .required("lag", .count),
                            ]))),
                ])
            ),
            Form(
                "Instance",
                .object([
                    .required("instance", .text),
                    .required("state", .enumeration(["starting", "restoring", "running", "retrying"])),
                    .required("since", .time), .required("seen_at", .time),
                    .optional(
                        "problem",
                        .object([
                            .required("code", .text), .required("detail", .text), .required("attempt", .count),
                            .required("next_attempt_at", .time),
                        ])),
                ])
            ),
            Form(
                "Reconciler",
                .object([
                    .required("status", .enumeration(["ok", "findings", "behind", "starting", "off"])),
                    .optional("detail", .text), .required("checked_orders", .count), .required("open_orders", .count),
                    .required("skipped_records", .count), .required("skipped_orders", .count),
                    .required(
                        "last_hour",
                        .object([
                            .required("checked", .count), .required("skipped", .count), .required("overdue", .count),
                            .optional("coverage", .number, "The part that was checked; left out where none came"),
                        ])),
                    .optional("delay_milliseconds", .count), .required("findings", .count), .optional("since", .time),
                    .optional("checked_through", .time),
                    .required(
                        "sweep",
                        .object([
                            .required("windows_checked", .count), .required("orders_checked", .count),
                            .optional("last_finished_at", .time),
                        ])),
                    .required("recent_findings", .array(.named("Finding"))),
                ])
            ),
            Form(
                "Finding",
                .object([
                    .required("kind", .text), .required("subject", .text), .required("detail", .text),
                    .required("at", .time),
                ])
            ),
        ]
}
