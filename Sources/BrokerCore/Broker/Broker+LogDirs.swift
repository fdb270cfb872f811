import BrokerStorage
import KafkaProtocol

/// What the data directory holds, by partition, and how much room there is.
extension Broker {
    func describeLogDirs(_ context: RequestContext, _ request: DescribeLogDirsRequest) {
        var result = DescribeLogDirsResponse.Result { $0.logDir = settings.dataDirectory }
        if let wanted = request.topics {
            for topic in wanted {
                let parts = topic.partitions.compactMap { partition(topic.name, $0) }
                if !parts.isEmpty { result.topics.append(.init(name: topic.name, partitions: parts.map(Self.entry))) }
            }
        } else {
            for topic in topics.values.sorted(by: { $0.name < $1.name }) {
                result.topics.append(.init(name: topic.name, partitions: topic.partitions.map(Self.entry)))
            }
        }
        perform(.files, [.job(SpaceJob())], then: .space(context.token, result))
    }

    func describe(
        _ result: DescribeLogDirsResponse.Result, _ completion: StorageCompletion, to token: RequestToken
    ) {
        var result = result
        if let space = (completion.jobResult as? SpaceJob.Done)?.space {
            result.totalBytes = space.total
            result.usableBytes = space.usable
        } else if let error = completion.error {
            // The answer then says -1, as Kafka does where it cannot tell.
            note(.warning, "the room left in the data directory is not known: \(error)")
        }
        effects.append(.respond(token, DescribeLogDirsResponse { $0.results = [result] }))
    }

    private static func entry(_ log: PartitionLog) -> DescribeLogDirsResponse.Partition {
        .init {
            $0.partitionIndex = log.partition
            $0.partitionSize = Int64(log.size)
        }
    }
}

/// Looks up how much room the data directory has.
private struct SpaceJob: StorageJob {
    struct Done: StorageJobResult {
        var space: StorageSpace
    }

    func run(on files: some StorageFiles) throws(StorageError) -> any StorageJobResult {
        Done(space: try files.space())
    }
}
