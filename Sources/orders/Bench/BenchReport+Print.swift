import Foundation

extension BenchReport.Machine {
    static var current: BenchReport.Machine {
        // Where /proc does not say, the report says so.
        let model = (try? String(contentsOfFile: "/proc/cpuinfo", encoding: .utf8))?
            .split(separator: "\n").first { $0.hasPrefix("model name") }?
            .split(separator: ":").last.map { $0.trimmingCharacters(in: .whitespaces) }
        let info = ProcessInfo.processInfo
        return BenchReport.Machine(
            processor: model ?? "unknown", cores: info.activeProcessorCount,
            memoryGib: (Double(info.physicalMemory) / 1_073_741_824 * 10).rounded() / 10,
            system: info.operatingSystemVersionString)
    }
}

extension BenchReport {
    func print() {
        func number(_ value: Double, _ digits: Int = 0) -> String { String(format: "%.\(digits)f", value) }
        Standard.output(
            "\n\(machine.processor), \(machine.cores) cores, \(machine.memoryGib) GiB, \(machine.system)\n\n")
        Table.print(
            ["FLOOD", ""],
            [
                ["orders", "\(flood.orders)"], ["seconds", number(flood.seconds, 2)],
                ["orders/s end to end", number(flood.ordersPerSecond)],
                ["CPU s per million orders", number(flood.cpuSecondsPerMillionOrders, 1)],
                ["peak memory, MiB", number(flood.peakMemoryMib)],
                ["accepted to paid in store, p50 / p99 ms", "\(flood.p50Milliseconds) / \(flood.p99Milliseconds)"],
            ])
        if !steady.isEmpty {
            Standard.output("\n")
            Table.print(
                ["STEADY, ORDERS/S", "P50 MS", "P99 MS", "MAX MS", "CORES"],
                steady.map {
                    [
                        "\($0.ratePerSecond)", "\($0.p50Milliseconds)", "\($0.p99Milliseconds)",
                        "\($0.maxMilliseconds)", number($0.cpuCores, 2),
                    ]
                })
        }
        if let events {
            Standard.output("\n")
            Table.print(
                ["POSTS/S", "POSTED", "SEEN", "TO ANSWER P50 / P99 MS", "TO EVENT P50 / P99 MS"],
                [
                    [
                        "\(events.ratePerSecond)", "\(events.posted)", "\(events.seen)",
                        "\(number(events.postP50Milliseconds, 2)) / \(number(events.postP99Milliseconds, 2))",
                        "\(number(events.p50Milliseconds, 2)) / \(number(events.p99Milliseconds, 2))",
                    ]
                ])
        }
    }
}
