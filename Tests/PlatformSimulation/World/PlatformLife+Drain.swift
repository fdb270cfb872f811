import Kafka
import OrderEvents

@testable import BrokerCore
@testable import BrokerSimulation
@testable import KafkaProtocol

/// The end of a run: nothing goes wrong any more, and all that was accepted must come to its end.
extension PlatformLife {
    func drain() async {
        isDraining = true
        tell("from now on nothing goes wrong")
        broker.files.clearFaults()
        diskIsFullUntil = nil
        if let back = brokerIsBackAt { pass(max(1, back - elapsed)) }
        for client in clients { client.isStalled = false }
        keepOneOfEach()
        for service in services { service.hurry() }
        for _ in 0..<800 where violation == nil {
            if upstream.isBehind { upstream.act() }
            let busy = services.filter { !$0.onlyWaits }
            for service in busy { await service.step() }
            pass(busy.isEmpty ? 200 : 5)
            if isDrained { return }
            waitForTicks()
        }
        guard violation == nil else { return }
        let busy = services.filter { !$0.isSettled }.map(\.name)
        fail("the platform does not come to an end: behind are \(lags); under way: \(busy)")
    }

    /// Of processes with one identity the newest stays; each service has one.
    private func keepOneOfEach() {
        for service in services.reversed() {
            let twins = services.filter { $0.kind == service.kind && $0.identity == service.identity }
            for twin in twins.dropLast() {
                twin.kill()
                services.removeAll { $0 === twin }
            }
        }
        for kind in ServiceKind.allCases where !services.contains(where: { $0.kind == kind }) { addService(kind) }
    }

    /// Where all that is left waits for its time, that comes.
    private func waitForTicks() {
        guard services.allSatisfy({ $0.isSettled || $0.nextTick != nil }), lags.isEmpty else { return }
        guard let next = services.compactMap(\.nextTick).min(), next > wallClock else { return }
        pass(next - wallClock)
    }

    private var isDrained: Bool {
        brokerIsBackAt == nil && broker.failure == nil && !upstream.isBehind && services.allSatisfy(\.isSettled)
            && lags.isEmpty
    }

    /// How far each group is behind, where it is.
    var lags: [String] {
        ServiceKind.allCases.flatMap { kind -> [String] in
            // By the core's own memory: it is asked in each turn.
            let committed = broker.core.groups.groups[kind.definition.group]?.offsets.committed ?? [:]
            return kind.definition.inputs.flatMap { topic in
                (0..<plan.partitions).compactMap { partition -> String? in
                    let end = broker.core.partition(topic, partition)?.highWatermark ?? 0
                    let next = committed[.init(topic: topic, partition: partition)]?.offset ?? 0
                    return next == end ? nil : "\(kind) in \(topic) [\(partition)] at \(next) of \(end)"
                }
            }
        }
    }

    func committed(_ group: String) -> [Place: Int64] {
        var request = OffsetFetchRequest()
        request.groups = [.init(groupID: group, topics: nil)]
        let answer: OffsetFetchResponse? = broker.ask(request)
        return answer.map { PlatformClient.offsets(in: $0) } ?? [:]
    }
}
