import OrderServices
import OrdersAPI

/// Shows the reconciler to the API, which knows no services.
struct ReconcilerPort: ReconcilerStatusSource {
    let reconciler: Reconciler

    func status() -> ReconcilerStatus {
        let state = reconciler.state
        var status = ReconcilerStatus(level(state))
        status.detail = state.trouble
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

    /// A finding is shown whatever else there is: it does not go away by itself.
    private func level(_ state: ReconcilerState) -> ReconcilerStatus.Level {
        if state.findings > 0 { return .findings }
        if state.trouble != nil { return .behind }
        return state.isStarting ? .starting : .ok
    }
}
