import Foundation
import OrderEvents
import OrderStore

/// How fast each filter of the orders answers, and what the index that they need costs: `make store-filters`.
///
/// Everything goes through the store as the platform has it. Prints a page of Markdown.
///
///     store-filters [--orders 5000000] [--writes 300000] [--turns 5] [--directory DIR]
@main
struct StoreFilters {
    static func main() async throws {
        let arguments = Array(CommandLine.arguments.dropFirst())
        func value(_ name: String, _ otherwise: Int) throws -> Int {
            guard let place = arguments.firstIndex(of: name) else { return otherwise }
            guard place + 1 < arguments.count, let value = Int(arguments[place + 1]), value >= 0 else {
                throw UsageError(description: "\(name) wants a number")
            }
            return value
        }
        let orders = try value("--orders", 5_000_000)
        let writes = try value("--writes", 300_000)
        let turns = try value("--turns", 5)
        let parent = arguments.firstIndex(of: "--directory").map { URL(fileURLWithPath: arguments[$0 + 1]) }
        let directory = (parent ?? FileManager.default.temporaryDirectory)
            .appendingPathComponent("store-filters-\(UUID().uuidString)")
        try FileManager.default.createDirectory(at: directory, withIntermediateDirectories: true)
        defer {
            // A benchmark's own files; what is left of them harms nobody.
            try? FileManager.default.removeItem(at: directory)
        }
        if writes > 0, turns > 0 { try await WritingCost(directory: directory, orders: writes, turns: turns).run() }
        if orders > 0 { try await FilterTimes(directory: directory, orders: orders).run() }
    }
}

struct UsageError: Error, CustomStringConvertible {
    let description: String
}

/// Processor time of this process so far, all threads, in seconds.
func processorSeconds() -> Double {
    var usage = rusage()
    getrusage(__rusage_who_t(RUSAGE_SELF.rawValue), &usage)
    let (user, system) = (usage.ru_utime, usage.ru_stime)
    return Double(user.tv_sec + system.tv_sec) + Double(user.tv_usec + system.tv_usec) / 1e6
}

extension Duration {
    var seconds: Double { Double(components.seconds) + Double(components.attoseconds) / 1e18 }
}

extension [Double] {
    /// The value below which this share lies; the array is not empty.
    func quantile(_ share: Double) -> Double { sorted()[Swift.min(count - 1, Int(Double(count) * share))] }
    var median: Double { quantile(0.5) }
}

func text(_ value: Double, _ digits: Int = 2) -> String { String(format: "%.\(digits)f", value) }
