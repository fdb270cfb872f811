import Kafka

extension TaskRun {
    /// Ends the run where an assigned partition is not read although there are records in it: the next run has
    /// another client.
    func checkReading() throws {
        guard clock.now() - readingChecked >= Standstill.patience, !assigned.isEmpty else { return }
        readingChecked = clock.now()
        let suspects: [TopicPartition: Range<Int64>]
        do throws(KafkaError) {
            suspects = standstill.look(try readPositions(), ends: try client.ends(of: assigned), now: clock.now())
        } catch {
            if error.isFatal { throw error }
            standstill.forget()
            return logger.debug(
                "whether all partitions are read could not be looked at, trying again later",
                metadata: ["error": "\(error)"])
        }
        for (place, range) in suspects.sorted(by: { $0.key < $1.key }) {
            if let offset = try firstRecord(of: place, in: range) { throw ReaderStuck(place: place, offset: offset) }
            standstill.cleared(place, end: range.upperBound)
        }
    }

    /// Where the group stands in each assigned partition: where it has read nothing yet, at the beginning.
    private func readPositions() throws(KafkaError) -> [TopicPartition: Int64] {
        let unread = assigned.filter { committedPositions[$0] == nil }
        let beginnings = unread.isEmpty ? [:] : try client.beginnings(of: unread)
        return beginnings.merging(committedPositions.filter { assigned.contains($0.key) }) { $1 }
    }

    /// Read by another consumer.
    private func firstRecord(of place: TopicPartition, in range: Range<Int64>) throws -> Int64? {
        struct Found: Error { let offset: Int64 }
        do {
            _ = try client.replay(place.topic, [place.partition: range]) { batch, _ in
                // Records behind the range may come with it.
                if let first = batch.first(where: { range.contains($0.offset) }) { throw Found(offset: first.offset) }
            }
            return nil
        } catch let found as Found {
            return found.offset
        }
    }
}
