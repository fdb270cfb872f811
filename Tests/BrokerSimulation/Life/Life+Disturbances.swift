@testable import BrokerCore
@testable import BrokerStorage

/// What goes wrong around the broker.
extension Life {
    func disturb() {
        func happens(_ perThousand: Int) -> Bool { perThousand > 0 && random.below(1000) < perThousand }
        if happens(settings.diskErrors) { breakDisk() }
        if happens(settings.disconnects) { breakConnection() }
        if happens(settings.clientDeaths) { replaceAClient() }
        if happens(settings.clockJumps) { jump() }
        if happens(settings.longSleeps) { sleepForDays() }
        if random.below(1000) < 8 { pass(milliseconds: Int64(random.within(100...3000))) }
        if random.below(1000) < 3 { drainATransactionTimeout() }
        // Rarely are segments exchanged, and much can go wrong then.
        if happens(broker.isExchangingSegments ? settings.crashes * 20 : settings.crashes) || broker.failure != nil {
            crash()
        }
    }

    private func drainATransactionTimeout() {
        if random.chance(0.3) { pass(milliseconds: Int64(random.within(3_000...30_000))) }
    }

    private func breakDisk() {
        switch random.below(10) {
        case 0..<3:
            // Full for a while.
            coverage[.fullDisks] += 1
            broker.files.setFull(true, tornBytes: random.below(2000))
            diskIsFullUntil = elapsed + Int64(random.within(10...1500))
        case 3..<5: broker.files.failNext(".log", .inputOutput, .read)
        case 5: broker.files.failNext(".log", random.pick([.noSpace, .inputOutput]), .write)
        case 6: broker.files.failNext(".log", .inputOutput, .synchronize)
        case 7: broker.files.failNext(random.pick(["checkpoint", ".index", ".cleaned", "topics"]), .inputOutput)
        case 8:
            broker.files.failNext(
                "journal", random.pick([.noSpace, .inputOutput]), random.pick([.write, .synchronize]))
        default: broker.files.failNext("internal", .inputOutput, random.pick([.write, .synchronize, .name]))
        }
    }

    private func breakConnection() {
        guard let client = random.pickOrNil(clients) else { return }
        client.disconnect()
    }

    /// The wall clock is set, by hours at most.
    private func jump() {
        coverage[.clockJumps] += 1
        broker.now.wall += Int64(random.within(-7_200_000...7_200_000))
    }

    /// The machine sleeps for longer than ids are remembered; what was under way is done before.
    ///
    /// A batch that is sent again after its producer was forgotten would be there twice, as in Kafka, so none may be on its way.
    private func sleepForDays() {
        exchangeAll()
        guard broker.failure == nil, producers.allSatisfy(\.isFinished),
            broker.links.allSatisfy({ $0.outgoing.isEmpty })
        else { return }
        coverage[.longSleeps] += 1
        trace?("\(step) at \(elapsed): eight days pass in sleep")
        let known = families.filter { broker.core.transactions.transaction($0.id) != nil }
        for family in known { family.mayBeForgotten = true }
        for family in families { family.sleptAt = broker.requests }
        broker.now.wall += 8 * 24 * 3600 * 1000
        pass(milliseconds: settings.broker.maintenanceIntervalMilliseconds + 1)
        broker.tick()
        broker.settle()
        guard broker.failure == nil else { return }
        for family in known where broker.core.transactions.transaction(family.id) == nil {
            family.isForgotten = true
            coverage[.idsForgotten] += 1
        }
    }

    // MARK: Crashes

    /// The broker dies, perhaps in the middle of a storage operation, perhaps with the machine; and is started again, which may die as
    /// well.
    func crash() {
        coverage[.crashes] += 1
        if broker.failure != nil { coverage[.storageFailures] += 1 }
        trace?("\(step) at \(elapsed): crash")
        if random.chance(0.1), broker.failure == nil { stopCleanly() }
        if random.chance(0.6) {
            coverage[.midOperation] += 1
            broker.files.dieAfter(calls: random.below(6), tornBytes: random.below(4000))
            for _ in 0..<4 {
                if let lane = random.pickOrNil(StorageLane.allCases.filter(broker.hasOperation)) {
                    broker.perform(lane)
                }
            }
        }
        for attempt in 0..<20 {
            losePowerPerhaps()
            if random.chance(0.25), attempt < 10 {
                broker.files.dieAfter(calls: random.below(60), tornBytes: random.below(4000))
            }
            do {
                try broker.restart()
                break
            } catch {
                guard broker.files.isDead else { return fail(.recoverySucceeds, "\(error)") }
                coverage[.deadRecoveries] += 1
            }
        }
        broker.files.clearFaults()
        diskIsFullUntil = nil
        verifyAfterRestart()
        if random.chance(0.2) { verifyRecoveryIsIdempotent() }
    }

    private func losePowerPerhaps() {
        guard random.flip() else { return broker.files.clearFaults() }
        coverage[.powerLosses] += 1
        trace?("\(step) at \(elapsed): power is lost")
        broker.files.losePower(&random)
        // Another boot: the monotonic clock begins somewhere else.
        broker.now.monotonic = Int64(random.below(5000))
    }

    private func stopCleanly() {
        coverage[.cleanStops] += 1
        broker.files.clearFaults()
        diskIsFullUntil = nil
        broker.shutDown()
        broker.settle()
        if !broker.isShutDown {
            pass(milliseconds: 5000)
            broker.tick()
            broker.settle()
        }
        if !broker.isShutDown { fail(.everythingIsAnswered, "the broker does not stop") }
    }
}
