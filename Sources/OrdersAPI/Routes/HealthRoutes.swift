import APIAccess
import Hummingbird
import NIOCore
import NIOPosix
import Telemetry

extension APIRoutes {
    var health: Route {
        Route(
            Endpoint(
                method: .get, path: "/healthz", access: .anyone,
                summary: "Whether the process serves requests",
                responses: [.json("Health")])
        ) { _, _, _ in
            .json { $0.member("status", "ok") }
        }
    }

    var readiness: Route {
        Route(
            Endpoint(
                method: .get, path: "/readyz", access: .scope(.read),
                summary: "Whether the broker and the store can be reached, and what is wrong otherwise",
                responses: [.json("Readiness"), .json(.serviceUnavailable, "Readiness")])
        ) { _, _, _ in
            let result = await healthCheck.run()
            let (broker, store) = (result.cluster.broker, result.store)
            let isReady = broker == .reachable && store.isOK
            return .json(isReady ? .ok : .serviceUnavailable) { json in
                json.member("status", isReady ? "ready" : "not_ready")
                json.object("broker") { $0.brokerStatus(broker) }
                json.object("store") { $0.storeStatus(store) }
                json.problems(result)
            }
        }
    }

    var metricsPage: Route {
        Route(
            Endpoint(
                method: .get, path: "/metrics", access: .scope(.read),
                summary: "The process's metrics in the Prometheus text format",
                responses: [
                    .init(status: .ok, contentType: PrometheusText.contentType, schema: ""), .problem(.notFound),
                ])
        ) { _, context, _ in
            guard let metrics else { throw Problem.notFound("This process was started without a metrics exporter") }
            do {
                try await feed.refreshRefunds()
            } catch {
                // The store is away: the last figures stand, and readiness says so.
                context.logger.debug("The metrics are without what the store has", metadata: ["error": "\(error)"])
            }
            // Reads procfs, so not on the pool that serves requests.
            let page = try await NIOThreadPool.singleton.runIfActive { metrics.render() }
            return Response(
                status: .ok, headers: [.contentType: PrometheusText.contentType, .cacheControl: "no-store"],
                body: .init(byteBuffer: ByteBuffer(bytes: page)))
        }
    }
}

extension StoreStatus {
    var isOK: Bool { if case .ok = self { true } else { false } }
}

extension JSONWriter {
    /// The members `"status":"ok"` or `"status":"down","detail":…`.
    mutating func brokerStatus(_ broker: ClusterView.Broker) {
        switch broker {
        case .reachable: member("status", "ok")
        case .unreachable(let detail):
            member("status", "down")
            member("detail", detail)
        }
    }

    mutating func storeStatus(_ store: StoreStatus) {
        switch store {
        case .ok: member("status", "ok")
        case .down(let detail):
            member("status", "down")
            member("detail", detail)
        }
    }
}
