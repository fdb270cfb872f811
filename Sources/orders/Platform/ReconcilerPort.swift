import OrderEvents
import OrderAudit
import StreamProcessing
import OrdersAPI

/// Shows the reconciler to the API, which knows no services.
struct ReconcilerPort: ReconcilerStatusSource {
    let reconciler: Reconciler

    func status() -> ReconcilerStatus {
        let state = reconciler.state
        let standing = state.standing(at: Timestamp(millisecondsSinceEpoch: wallClockMilliseconds()))
        var status = ReconcilerStatus(level(standing.level))
        status.detail = standing.detail
        status.coverage = ReconcilerStatus.Coverage(
            checked: standing.checked, skipped: standing.skipped, overdue: standing.overdue)
        status.delayMilliseconds = standing.delayMilliseconds
        status.skippedOrders = state.skippedOrders
        status.checkedOrders = state.checkedOrders
        status.openOrders = state.openOrders
        status.skippedRecords = state.skippedRecords
        status.findings = state.findings
        status.since = state.since
        status.checkedThrough = state.checkedThrough
        status.sweep.windowsChecked = state.sweptWindows
        status.sweep.ordersChecked = state.sweptOrders
        status.sweep.lastFinishedAt = state.sweptAt
        status.recentFindings = state.recentFindings.map {
            ReconcilerStatus.Finding(kind: $0.kind.rawValue, subject: $0.subject, detail: $0.detail, at: $0.at)
        }
        return status
    }

    private func level(_ level: ReconcilerStanding.Level) -> ReconcilerStatus.Level {
        switch level {
        case .ok: .ok
        case .findings: .findings
        case .behind: .behind
        case .starting: .starting
        }
    }
}
