import OrderEvents
import Testing

@testable import OrdersAPI

@Suite struct ReconcilerStatusTests {
    private struct Fixed: ReconcilerStatusSource {
        let fixed: ReconcilerStatus
        func status() -> ReconcilerStatus { fixed }
    }

    private var withFinding: ReconcilerStatus {
        var status = ReconcilerStatus(.findings)
        status.checkedOrders = 12
        status.openOrders = 3
        status.skippedRecords = 5
        status.findings = 1
        status.since = Sample.now
        status.checkedThrough = Sample.now
        status.sweep.windowsChecked = 7
        status.sweep.ordersChecked = 11
        status.sweep.lastFinishedAt = Sample.now
        status.recentFindings = [
            .init(kind: "payment", subject: "order 42", detail: "has 2 payment outcomes instead of one", at: Sample.now)
        ]
        return status
    }

    @Test func theSystemShowsWhatTheReconcilerFound() async throws {
        let api = try APIFixture(reconciler: Fixed(fixed: withFinding))
        try await api.test { client in
            let json = try await client.get("/api/system").json
            #expect(json["reconciler.status"]?.string == "findings")
            #expect(json["reconciler.checked_orders"]?.int == 12)
            #expect(json["reconciler.open_orders"]?.int == 3)
            #expect(json["reconciler.skipped_records"]?.int == 5)
            #expect(json["reconciler.findings"]?.int == 1)
            #expect(json["reconciler.checked_through"]?.string == "\(Sample.now)")
            #expect(json["reconciler.sweep.windows_checked"]?.int == 7)
            #expect(json["reconciler.sweep.orders_checked"]?.int == 11)
            #expect(json["reconciler.sweep.last_finished_at"]?.string == "\(Sample.now)")
            #expect(json["reconciler.recent_findings.0.subject"]?.string == "order 42")
            #expect(json["reconciler.recent_findings.0.at"]?.string == "\(Sample.now)")
        }
    }

    @Test func howMuchOfTheLastHourWasCheckedAndHowLateIsAlwaysSaidAndNeverRoundedUp() async throws {
        var status = ReconcilerStatus(.behind)
        status.coverage = .init(checked: 99_999, skipped: 1, overdue: 0)
        status.skippedOrders = 17
        status.delayMilliseconds = 3_400
        status.recentFindings = [1, 2].map {
            .init(kind: "payment", subject: "order \($0)", detail: "is wrong", at: Sample.now)
        }
        let api = try APIFixture(reconciler: Fixed(fixed: status))
        try await api.test { client in
            let json = try await client.get("/api/system").json
            #expect(json["reconciler.last_hour.checked"]?.int == 99_999)
            #expect(json["reconciler.last_hour.skipped"]?.int == 1)
            #expect(json["reconciler.last_hour.overdue"]?.int == 0)
            #expect(json["reconciler.last_hour.coverage"]?.double == 0.9999)
            #expect(json["reconciler.delay_milliseconds"]?.int == 3_400)
            #expect(json["reconciler.skipped_orders"]?.int == 17)
            // The newest finding first.
            #expect(json["reconciler.recent_findings.0.subject"]?.string == "order 2")
        }
    }

    @Test func aProcessWithoutOneSaysSo() async throws {
        let api = try APIFixture()
        try await api.test { client in
            let json = try await client.get("/api/system").json
            #expect(json["reconciler.status"]?.string == "off")
            #expect(json["reconciler.recent_findings"]?.count == 0)
        }
    }

    @Test func aFindingIsAProblemOfTheSystem() async throws {
        #expect(withFinding.problem?.detail.contains("order 42") == true)
        for level in [ReconcilerStatus.Level.ok, .off, .starting] { #expect(ReconcilerStatus(level).problem == nil) }
        let api = try APIFixture(reconciler: Fixed(fixed: withFinding))
        try await api.test { client in
            let json = try await client.get("/api/system").json
            #expect(json["status"]?.string == "degraded")
            #expect(json["problems.0.part"]?.string == "reconciler")
            #expect(json["problems.0.code"]?.string == "findings")
            let ready = try await client.get("/readyz")
            #expect(ready.status == .ok)
        }
    }
}
