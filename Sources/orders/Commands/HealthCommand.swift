import ArgumentParser
import OrderEvents
import StreamProcessing

struct HealthCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "health",
        abstract: "Ask whether the services of a data directory are alive and at work: exit 0 if all are, 1 if not.",
        discussion: """
            For the health checks of containers. Reads what each service writes every five seconds, and contacts nobody. A service that \
            waits for its broker or store is healthy: `orders doctor` and /api/system say what it waits for.
            """)

    @Argument(help: "The services to look at, as in the command line. Default: all that run on the directory.")
    var services: [String] = []
    @OptionGroup var data: DataOptions
    @OptionGroup var log: LogOptions

    func run() throws {
        let now = wallClockMilliseconds()
        var isHealthy = true
        for heartbeat in try HeartbeatFiles(dataDirectory: data.dataDir).read(services) {
            let problem = heartbeat.problem(now: now)
            if problem != nil { isHealthy = false }
            Standard.output("\(heartbeat.service): \(problem ?? "serving")\n")
        }
        if !isHealthy { throw ExitCode(1) }
    }
}
