import Hummingbird
import OrderEvents

/// How the whole platform is, made from looks at its parts.
struct SystemHealth: Equatable, Sendable {
    enum Level: String, Sendable {
        case ok, degraded, down
    }

    enum ServiceLevel: String, Sendable {
        case ok, lagging, down
    }

    struct Service: Equatable, Sendable {
        let service: MonitoredService
        let level: ServiceLevel
        let members: Int
        let partitions: [ClusterView.PartitionLag]

        var lag: Int64 { partitions.reduce(0) { $0 + $1.lag } }
    }

    let level: Level
    let services: [Service]

    init(cluster: ClusterView, isStoreUp: Bool, services: [MonitoredService], lagThreshold: Int64) {
        self.services = services.map { service in
            let group = cluster.groups.first { $0.name == service.group }
            let partitions = group?.partitions ?? []
            let lag = group?.lag ?? 0
            let level: ServiceLevel =
                (group?.members ?? 0) == 0 ? .down : lag > lagThreshold ? .lagging : .ok
            return Service(service: service, level: level, members: group?.members ?? 0, partitions: partitions)
        }
        if cluster.broker != .reachable || !isStoreUp {
            level = .down
        } else {
            level = self.services.allSatisfy { $0.level == .ok } ? .ok : .degraded
        }
    }
}

extension APIRoutes {
    var system: Route {
        Route(
            Endpoint(
                method: .get, path: "/api/system",
                summary: "The broker, the store, and each service's members and lag", responses: [.json("System")])
        ) { _, _, _ in
            async let look = cluster.value()
            let (view, store) = (await look, await storeStatus.value())
            let health = SystemHealth(
                cluster: view, isStoreUp: store.isOK, services: configuration.services, lagThreshold: configuration.lagThreshold)
            let uptime = Int64((ContinuousClock.now - started) / .seconds(1))
            return .json(capacity: 8192) { json in
                json.member("status", health.level.rawValue)
                json.member("version", configuration.version)
                json.member("uptime_seconds", uptime)
                json.object("broker") {
                    $0.brokerStatus(view.broker)
                    $0.member("bootstrap", view.bootstrap)
                }
                json.object("store") {
                    $0.storeStatus(store)
                    $0.member("kind", configuration.storeKind)
                    if case .ok(let orders) = store { $0.member("orders", orders) }
                }
                json.reconciler(reconciler.status())
                json.array("services", health.services) { json, service in json.service(service) }
                json.array("topics", view.topics) { json, topic in
                    json.object {
                        $0.member("name", topic.name)
                        $0.member("partitions", topic.partitions)
                        $0.member("records", topic.records)
                    }
                }
            }
        }
    }
}

extension JSONWriter {
    fileprivate mutating func service(_ service: SystemHealth.Service) {
        object { json in
            json.member("name", service.service.name)
            json.member("group", service.service.group)
            json.member("status", service.level.rawValue)
            json.member("members", service.members)
            json.member("lag", service.lag)
            json.array("partitions", service.partitions) { json, partition in
                json.object {
                    $0.member("topic", partition.topic)
                    $0.member("partition", Int64(partition.partition))
                    $0.member("lag", partition.lag)
                }
            }
        }
    }
}
