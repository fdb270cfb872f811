import ArgumentParser
import Foundation
import Kafka
import Logging
import OrderEvents
import Repartition

struct TopicRepartition: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "repartition",
        abstract: "Give orders their homes among another number of partitions.",
        discussion: """
            An order's home is murmur2(order_id) mod N, and the services' state lies there. This changes N: topics with fewer partitions get \
            more, and what gets another home is copied there, exactly once. Stop all services before (the embedded broker is started by this \
            command where none runs). It can be stopped or killed at any point: services then wait, and the same command goes on. \
            `orders verify` checks everything, during and after.
            """)

    @Option(help: ArgumentHelp("The new number of homes, 1 to 1024.", valueName: "N")) var to: Int32
    @Flag(help: "Only say what would be done.") var dryRun = false
    @Option(help: "How long to wait for services that still run, in seconds.") var patience = 60
    @OptionGroup var layout: LayoutOptions

    func validate() throws {
        guard (1...HomeLayout.maximumHomes).contains(to) else {
            throw ValidationError("--to \(to) is not possible; use 1 to \(HomeLayout.maximumHomes)")
        }
        guard patience >= 0 else { throw ValidationError("--patience is 0 or more") }
    }

    func run() async throws {
        var options = Repartitioner.Options(homes: to)
        options.isDryRun = dryRun
        options.patience = .seconds(patience)
        try await layout.withKafka { [options] settings in
            let topics = Topology.topicSpecs(homes: options.homes).map(\.name).filter { name in
                !Topics.auxiliarySpecs.contains { $0.name == name }
            }
            let repartitioner = try Repartitioner(
                kafka: settings, topics: topics, services: Topology.services + Topology.optional,
                logger: Logger(label: "repartition")
            ) { Standard.output("\($0)\n") }
            do {
                try await repartitioner.run(options)
            } catch {
                await repartitioner.close()
                throw error
            }
            await repartitioner.close()
        }
    }
}

struct TopicRemember: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "remember",
        abstract: "Say with how many partitions homes are computed, where the platform cannot find it out.",
        discussion:
            "Only where nothing is remembered yet; a count that is remembered is changed with `orders topics repartition`."
    )

    @Option(help: ArgumentHelp("The number of homes, 1 to 1024.", valueName: "N")) var homes: Int32
    @OptionGroup var layout: LayoutOptions

    func validate() throws {
        guard (1...HomeLayout.maximumHomes).contains(homes) else {
            throw ValidationError("--homes \(homes) is not possible; use 1 to \(HomeLayout.maximumHomes)")
        }
    }

    func run() async throws {
        try await layout.withKafka { settings in
            let remembered = try await TopicSetup.remember(homes, settings, logger: Logger(label: "setup"))
            guard remembered == homes else {
                throw PlatformError(
                    "homes are computed with \(remembered) partitions, as was remembered before: change that with `orders topics repartition --to \(homes)`"
                )
            }
            Standard.output("homes are computed with \(homes) partitions\n")
        }
    }
}
