import BrokerSimulation
import Foundation
import PlatformSimulation

// platform-simulation [N|A-B] [--story] [--threads N] [--failures N]: runs from seeds 1 to N, or from A to B, until
// so many have failed.
@Sendable func output(_ line: String) { FileHandle.standardOutput.write(Data((line + "\n").utf8)) }

func fail(_ message: String) -> Never {
    let usage = "usage: platform-simulation [N|A-B] [--story] [--threads N] [--failures N]"
    FileHandle.standardError.write(Data("platform-simulation: \(message)\n\(usage)\n".utf8))
    exit(2)
}

var seeds: ClosedRange<UInt64> = 1...1000
var hasStory = false
var failures = 1
var threads = ProcessInfo.processInfo.activeProcessorCount
var arguments = CommandLine.arguments.dropFirst()[...]
while let argument = arguments.popFirst() {
    switch argument {
    case "--story": hasStory = true
    case "--threads":
        guard let count = arguments.popFirst().flatMap({ Int($0) }), (1...64).contains(count) else {
            fail("--threads takes 1 to 64")
        }
        threads = count
    case "--failures":
        guard let count = arguments.popFirst().flatMap({ Int($0) }), count > 0 else {
            fail("--failures takes a number from 1")
        }
        failures = count
    default:
        let bounds = argument.split(separator: "-").compactMap { UInt64($0) }
        guard let last = bounds.last, last > 0, bounds.count <= 2, bounds.first ?? 1 <= last else {
            fail("\"\(argument)\" is not a number of seeds, nor a range of them")
        }
        seeds = (bounds.count == 2 ? bounds[0] : 1)...last
    }
}

FatalSignals.install()
if hasStory {
    guard seeds.count == 1 else { fail("a story is of one seed: A-A") }
    let outcome = PlatformOutcome.live(seed: seeds.lowerBound) { output($0) }
    let verdict = outcome.failure.map { "failed at step \(outcome.step): \($0)" }
    output("seed \(outcome.seed) \(verdict ?? "passed, digest \(String(outcome.digest, radix: 16))")")
    exit(outcome.failure == nil ? 0 : 1)
}
exit(PlatformRun(seeds: seeds, threads: threads, maximumFailures: failures, output: output).run() ? 0 : 1)
