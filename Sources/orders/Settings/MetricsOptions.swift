import ArgumentParser
import Logging
import OrdersAPI
import Secrets
import ServiceLifecycle

/// Where a process has a metrics page of its own.
struct MetricsOptions: ParsableArguments {
    @Option(
        help: ArgumentHelp(
            "Where the metrics page listens. Elsewhere than on loopback it needs METRICS_TOKEN. Environment: METRICS_LISTEN. Default: there is none.",
            valueName: "HOST:PORT"))
    var metrics: HostPort?

    /// The page as a service; nil: none is asked for.
    func endpoint(environment: [String: String]) throws -> (any Service)? {
        let address =
            try metrics
            ?? Setting.parse("METRICS_LISTEN", in: environment, { HostPort(argument: $0) }, "HOST:PORT")
        guard let address else { return nil }
        let token = try Setting.parse(
            "METRICS_TOKEN", in: environment, { Secret($0) }, "a token", isSecret: true)
        return try MetricsEndpoint(
            host: address.host, port: address.port, token: token, registry: Observability.registry,
            logger: Logger(label: "metrics")
        ) { Standard.output("metrics listening on \($0.url)\n") }
    }
}
