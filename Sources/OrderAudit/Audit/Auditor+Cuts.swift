import Foundation
import Kafka
import OrderEvents

extension Auditor {
    /// What services wrote down about cuts of the log under them.
    func readLostLog() async throws -> Audit.LostLog {
        var lost = Audit.LostLog()
        let reader = try RangeReader(settings: settings, clientID: "audit", logger: logger)
        defer { reader.close() }
        for (place, _) in try await ends(of: Topics.serviceHealth).sorted(by: { $0.key < $1.key }) {
            try reader.records(of: place, try await range(place)) { record in
                guard let bytes = record.key else { return }
                let key = String(decoding: bytes, as: UTF8.self)
                guard key.hasPrefix(LogCut.keyPrefix) else { return }
                guard let value = record.value else { return lost.take(key: key, nil) }
                // Only services write these. What cannot be read must not look as if nothing had been lost.
                do {
                    lost.take(key: key, try JSONDecoder().decode(LogCut.self, from: Data(value)))
                } catch {
                    throw AuditError(
                        "\(place)@\(record.offset), the note of a cut under the key \(key), cannot be read: \(error)")
                }
            }
        }
        return lost
    }

    /// Dead letters that were deleted cannot be compared with their records any more.
    func noteDeletedLetters(_ counts: TopicCounts, into audit: inout Audit) async throws {
        let places = counts.letters.flatMap { consumption, count in
            (0..<count).map { TopicPartition(topic: consumption.deadLetterTopic, partition: $0) }
        }
        for (place, begin) in try await admin.beginningOffsets(places).sorted(by: { $0.key < $1.key }) {
            audit.noteDeleted(place.topic, place.partition, begin)
        }
    }

    /// Where the groups are and what the topics hold. The beginnings are asked first and the ends last: a group that
    /// runs and a retention that deletes meanwhile do not look like a cut.
    func reaches(_ counts: TopicCounts) async throws -> [Audit.Reach] {
        let places = FlowTopic.allCases.flatMap { topic in
            (0..<counts[topic]).map { TopicPartition(topic: topic.name, partition: $0) }
        }
        let begins = try await admin.beginningOffsets(places)
        var committed: [String: [TopicPartition: Int64]] = [:]
        for group in Topology.services.map(\.group) {
            committed[group] = try await admin.committedOffsets(ofGroup: group, in: places)
        }
        let ends = try await admin.endOffsets(places)
        return Consumption.allCases.flatMap { consumption in
            (0..<counts[consumption.topic]).map { partition in
                let place = TopicPartition(topic: consumption.topic.name, partition: partition)
                return Audit.Reach(
                    group: consumption.group, topic: place.topic, partition: partition, begin: begins[place] ?? 0,
                    end: ends[place] ?? 0,
                    committed: committed[consumption.group]?[place], isCompacted: consumption.topic == .orderAnalytics)
            }
        }
    }
}
