import APIAccess
import Hummingbird
import OrderEvents

extension APIRoutes {
    var system: Route {
        Route(
            Endpoint(
                method: .get, path: "/api/system", access: .scope(.read),
                summary: "The broker, the store, and each service's members, instances and lag, and what is wrong",
                responses: [.json("System")])
        ) { _, _, _ in
            let result = await healthCheck.run()
            let (view, store, health) = (result.cluster, result.store, result.health)
            let uptime = Int64((ContinuousClock.now - started) / .seconds(1))
            return .json(capacity: 8192) { json in
                json.member("status", health.level.rawValue)
                json.problems(result)
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
                if let deadLetters { json.deadLetters(deadLetters.summary()) }
                json.reconciler(reconciler.status())
                json.array("services", health.services) { json, service in json.service(service) }
                json.array("topics", view.topics) { json, topic in
                    json.object {
                        $0.member("name", topic.name)
                        $0.member("partitions", topic.partitions)
                        $0.member("offsets", topic.offsets)
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
            json.instances(service.instances)
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
