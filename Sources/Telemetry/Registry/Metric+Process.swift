/// The process itself, under the names that Prometheus' own clients agree on. They are read when the page is made.
extension Metric {
    static let processCPU = MetricDefinition(
        .counter, "process_cpu_seconds_total", .seconds, "User and system CPU time spent.", [], by: .everyProcess)
    static let processResidentMemory = MetricDefinition(
        .gauge, "process_resident_memory_bytes", .bytes, "Resident memory.", [], by: .everyProcess)
    static let processVirtualMemory = MetricDefinition(
        .gauge, "process_virtual_memory_bytes", .bytes, "Virtual memory.", [], by: .everyProcess)
    static let processStartTime = MetricDefinition(
        .gauge, "process_start_time_seconds", .seconds, "When the process started, in seconds since the epoch.", [],
        by: .everyProcess)
    static let processOpenFiles = MetricDefinition(
        .gauge, "process_open_fds", .none, "Open file descriptors.", [], by: .everyProcess)
    static let processMaximumFiles = MetricDefinition(
        .gauge, "process_max_fds", .none, "The most file descriptors that may be open.", [], by: .everyProcess)
    static let seriesDropped = MetricDefinition(
        .counter, "prometheus_series_dropped_total", .none,
        "Series refused: too many label sets, or one name for two kinds.", [], by: .everyProcess)

    static let process = [
        processCPU, processResidentMemory, processVirtualMemory, processStartTime, processOpenFiles,
        processMaximumFiles, seriesDropped,
    ]
}
