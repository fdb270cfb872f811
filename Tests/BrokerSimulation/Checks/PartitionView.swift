import NIOCore

@testable import BrokerCore
@testable import KafkaProtocol
@testable import KafkaRecords

/// All that readers can have of one partition.
struct PartitionView: Hashable {
    /// Offsets of a batch: first to last.
    var batches: [ClosedRange<Int64>] = []
    var all: [Batches.Read] = []
    var committed: [Batches.Read] = []
    var start: Int64 = 0
    var highWatermark: Int64 = 0
    var stableOffset: Int64 = 0
}

extension SimulatedBroker {
    /// Reads a partition from its start to its end, once as each kind of reader.
    func view(_ place: Place) throws -> PartitionView {
        var view = PartitionView()
        guard let log = core.partition(place.topic, place.partition) else {
            throw Violation(invariant: .recoverySucceeds, detail: "\(place) is gone")
        }
        view.start = log.startOffset
        for committedOnly in [false, true] {
            var offset = view.start
            while let part = fetch(place, offset, committedOnly: committedOnly) {
                guard part.errorCode == .none else {
                    throw Violation(
                        invariant: .acknowledgedRecordIsKept,
                        detail: "\(place) cannot be read at \(offset): \(part.errorCode) \(warnings)")
                }
                view.highWatermark = part.highWatermark
                view.stableOffset = part.lastStableOffset
                if !committedOnly { view.batches += try Self.batches(part.records) }
                let read = try Batches.read(part.records, from: offset, aborted: part.abortedTransactions ?? [])
                guard read.next > offset else { break }
                if committedOnly { view.committed += read.records } else { view.all += read.records }
                offset = read.next
            }
        }
        return view
    }

    private func fetch(_ place: Place, _ offset: Int64, committedOnly: Bool) -> FetchResponse.Partition? {
        var request = FetchRequest()
        request.maxBytes = 1 << 20
        request.isolationLevel = committedOnly ? 1 : 0
        request.sessionEpoch = -1
        request.topics = [
            .init(
                topic: place.topic,
                partitions: [.init(partition: place.partition, fetchOffset: offset, partitionMaxBytes: 1 << 20)])
        ]
        let response: FetchResponse? = ask(request)
        return response?.topics.first?.partitions.first
    }

    private static func batches(_ records: ByteBuffer?) throws -> [ClosedRange<Int64>] {
        guard var rest = records else { return [] }
        var ranges: [ClosedRange<Int64>] = []
        while let batch = try RecordBatch.next(from: &rest) {
            ranges.append(batch.header.baseOffset...batch.header.lastOffset)
        }
        return ranges
    }
}
