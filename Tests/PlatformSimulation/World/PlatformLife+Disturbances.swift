@testable import BrokerCore
@testable import BrokerSimulation
@testable import BrokerStorage

/// What goes wrong with the broker and its disk.
extension PlatformLife {
    /// The broker dies, perhaps in the middle of an operation. All connections break.
    func crashBroker() {
        guard brokerIsBackAt == nil else { return }
        coverage[.brokerDeaths] += 1
        tell("the broker dies\(broker.failure.map { ", since its disk failed: \($0)" } ?? "")")
        if random.chance(0.5) {
            broker.files.dieAfter(calls: random.below(6), tornBytes: random.below(4000))
            for lane in StorageLane.allCases where broker.hasOperation(lane) { broker.perform(lane) }
        }
        for link in broker.links { link.breakDown(keepsRequests: false) }
        brokerIsBackAt = elapsed + Int64(isDraining ? 1 : random.pick([1, 300, 3_000, 20_000]))
    }

    func restartBroker() {
        for attempt in 0..<20 {
            if random.flip() {
                coverage[.powerLosses] += 1
                tell("the power was lost")
                broker.files.losePower(&random)
                // Another boot: the monotonic clock begins somewhere else.
                broker.now.monotonic = Int64(random.below(5_000))
            } else {
                broker.files.clearFaults()
            }
            if random.chance(0.2), attempt < 10 {
                broker.files.dieAfter(calls: random.below(60), tornBytes: random.below(4_000))
            }
            do {
                try broker.restart()
                brokerIsBackAt = nil
                break
            } catch {
                guard broker.files.isDead else { return fail("the broker does not recover: \(error)") }
            }
        }
        broker.files.clearFaults()
        diskIsFullUntil = nil
        tell("the broker is back")
    }

    func breakDisk() {
        coverage[.diskFaults] += 1
        switch random.below(6) {
        case 0...2:
            tell("the broker's disk is full")
            broker.files.setFull(true, tornBytes: random.below(2000))
            diskIsFullUntil = elapsed + Int64(random.pick([50, 1_000, 20_000]))
        case 3: broker.files.failNext(".log", .inputOutput, random.pick([.read, .write, .synchronize]))
        case 4:
            broker.files.failNext(
                "journal", random.pick([.noSpace, .inputOutput]), random.pick([.write, .synchronize]))
        default: broker.files.failNext("internal", .inputOutput, random.pick([.write, .synchronize, .name]))
        }
    }
}
