extension JSONWriter {
    /// The member `reconciler` of `/api/system`.
    mutating func reconciler(_ status: ReconcilerStatus) {
        object("reconciler") { json in
            json.member("status", status.level.rawValue)
            if let detail = status.detail { json.member("detail", detail) }
            json.member("checked_orders", status.checkedOrders)
            json.member("open_orders", status.openOrders)
            json.member("skipped_records", status.skippedRecords)
            json.member("skipped_orders", status.skippedOrders)
            json.object("last_hour") {
                $0.member("checked", status.coverage.checked)
                $0.member("skipped", status.coverage.skipped)
                $0.member("overdue", status.coverage.overdue)
                let all = status.coverage.all
                guard all > 0 else { return }
                $0.key("coverage")
                $0.ratio(Int64(status.coverage.checked), of: Int64(all), rounding: .down)
            }
            if let delay = status.delayMilliseconds { json.member("delay_milliseconds", delay) }
            json.member("findings", status.findings)
            if let since = status.since { json.member("since", since) }
            if let through = status.checkedThrough { json.member("checked_through", through) }
            json.object("sweep") {
                $0.member("windows_checked", status.sweep.windowsChecked)
                $0.member("orders_checked", status.sweep.ordersChecked)
                if let finished = status.sweep.lastFinishedAt { $0.member("last_finished_at", finished) }
            }
            json.array("recent_findings", status.recentFindings.reversed()) { json, finding in
                json.object {
                    $0.member("kind", finding.kind)
                    $0.member("subject", finding.subject)
                    $0.member("detail", finding.detail)
                    $0.member("at", finding.at)
                }
            }
        }
    }
}
