import CouchbaseSimulation
import Foundation

// couchbase-simulation [N|A-B] [--trace]: runs of the client from these seeds, on all processors.
@Sendable func output(_ line: String) { FileHandle.standardOutput.write(Data((line + "\n").utf8)) }

let arguments = CommandLine.arguments.dropFirst()
let isTraced = arguments.contains("--trace")
let bounds = (arguments.first { $0 != "--trace" } ?? "1000").split(separator: "-").compactMap { UInt64($0) }
guard let last = bounds.last, last > 0, bounds.count <= 2, (bounds.count == 1 || bounds[0] <= last) else {
    output("usage: couchbase-simulation [N|A-B] [--trace]")
    exit(2)
}
let first = bounds.count == 2 ? bounds[0] : 1

if isTraced {
    let outcome = SimulatedRun.run(seed: first) { output($0) }
    output("seed \(first): \(outcome.failure ?? "passed")")
    exit(outcome.failure == nil ? 0 : 1)
}

let started = ContinuousClock.now
let processors = UInt64(ProcessInfo.processInfo.activeProcessorCount)
let total = await withTaskGroup(of: SimulationSum.self) { group in
    for offset in 0..<processors {
        group.addTask {
            var sum = SimulationSum()
            for seed in stride(from: first + offset, through: last, by: Int(processors)) {
                let outcome = SimulatedRun.run(seed: seed)
                sum.add(outcome)
                if let failure = outcome.failure { output("seed \(seed): \(failure)") }
            }
            return sum
        }
    }
    var total = SimulationSum()
    for await sum in group { total.add(sum) }
    return total
}
output(
    "couchbase-simulation: \(total.runs) runs, \(total.operations) operations, \(total.successes) successes, "
        + "\(total.ambiguous) ambiguous, \(total.failures) failures, in \(started.duration(to: .now))")
exit(total.failures == 0 ? 0 : 1)
