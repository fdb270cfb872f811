import Metrics
import ServiceLifecycle

/// Looks every few seconds whether anyone asks or not: so it is known since when something is wrong, and metrics say
/// it.
struct HealthWatch: Service {
    static let retryingLabel = "orders_service_retrying"
    static let stalledLabel = "orders_stalled_partitions"
    static let problemsLabel = "orders_problems"

    let check: HealthCheck
    let metricsFactory: any MetricsFactory
    var interval: Duration = .seconds(5)

    func run() async throws {
        await cancelWhenGracefulShutdown {
            while !Task.isCancelled {
                let result = await check.run()
                await check.stalls?.look(result.cluster, result.health.services, now: .now)
                record(result.health)
                // Cancellation ends the wait, and the loop.
                try? await Task.sleep(for: interval)
            }
        }
    }

    private func record(_ health: SystemHealth) {
        for service in health.services {
            let retrying = service.instances.count { $0.state == .retrying }
            Meter(label: Self.retryingLabel, dimensions: [("service", service.service.name)], factory: metricsFactory)
                .set(retrying)
        }
        for (service, count) in check.stalls?.stalledPartitions ?? [:] {
            Meter(label: Self.stalledLabel, dimensions: [("service", service)], factory: metricsFactory).set(count)
        }
        Meter(label: Self.problemsLabel, factory: metricsFactory).set(health.problems.count)
    }
}
