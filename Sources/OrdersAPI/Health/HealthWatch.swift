import Metrics
import ServiceLifecycle
import Telemetry

/// Looks every few seconds whether anyone asks or not: so it is known since when something is wrong, and metrics say
/// it.
struct HealthWatch: Service {
    let check: HealthCheck
    let metricsFactory: any MetricsFactory
    var interval: Duration = .seconds(5)

    func run() async throws {
        await cancelWhenGracefulShutdown {
            var trend = LagTrend()
            while !Task.isCancelled {
                let result = await check.run()
                await check.stalls?.look(result.cluster, result.health.services, now: .now)
                record(result.health)
                // Of a broker that cannot be asked nothing is known: the last figures stand.
                if result.cluster.broker == .reachable {
                    record(trend.look(at: result.health.services, now: .now))
                }
                // Cancellation ends the wait, and the loop.
                try? await Task.sleep(for: interval)
            }
        }
    }

    private func record(_ standings: [String: LagTrend.Standing]) {
        for (service, standing) in standings {
            for (topic, records) in standing.records {
                Metric.lagRecords(service, topic, in: metricsFactory).set(records)
            }
            Metric.lagTime(service, in: metricsFactory).set(standing.seconds)
            Metric.drainTime(service, in: metricsFactory).set(standing.drainSeconds)
        }
    }

    private func record(_ health: SystemHealth) {
        for service in health.services {
            let retrying = service.instances.count { $0.state == .retrying }
            Metric.serviceRetrying(service.service.name, in: metricsFactory).set(retrying)
        }
        for (service, count) in check.stalls?.stalledPartitions ?? [:] {
            Metric.stalledPartitions(service, in: metricsFactory).set(count)
        }
        Metric.problems(in: metricsFactory).set(health.problems.count)
    }
}
