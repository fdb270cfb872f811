import OrderEvents

/// Moves to another count of homes: what was copied counts where it lies now, and what is said about the original is
/// said about the copy.
extension Audit {
    struct EarlierLetterKey: Hashable, Sendable {
        var consumption: Consumption
        var place: MovedFrom.Place
    }

    /// Whether a record belongs to a move that is not finished. Until it is, the originals count; and nobody but it
    /// writes windows.
    func isAhead(_ record: LogRecord, _ topic: FlowTopic) -> Bool {
        guard let move = layout.move, move.isPrepared, record.offset >= move.epoch.start(topic.name, partition) else {
            return false
        }
        return record.movedFrom != nil || topic == .orderAnalytics
    }

    /// Whether a service has committed the record, or had committed it where it was copied from.
    func covers(_ consumption: Consumption, _ record: LogRecord) -> Bool {
        if progress.covers(consumption, record.offset) { return true }
        guard let from = record.movedFrom?.latest,
            let epoch = layout.epochOfCopy(consumption.topic.name, partition, record.offset)
        else { return false }
        return epoch.hasRead(consumption.group, consumption.topic.name, from.partition, from.offset)
    }

    /// A dead letter whose record belongs to an earlier epoch.
    mutating func noteEarlier(_ letter: AuditLetter) {
        guard
            letter.originOffset
                < (layout.epochs.last?.start(letter.consumption.topic.name, letter.originPartition) ?? 0)
        else { return }
        let place = MovedFrom.Place(partition: letter.originPartition, offset: letter.originOffset)
        earlierLetters[EarlierLetterKey(consumption: letter.consumption, place: place)] = letter
    }

    /// The dead letter about the record that this is a copy of.
    func earlierLetter(_ consumption: Consumption, _ record: LogRecord) -> AuditLetter? {
        record.movedFrom?.places.lazy.compactMap {
            earlierLetters[EarlierLetterKey(consumption: consumption, place: $0)]
        }.first
    }
}

extension HomeLayout {
    /// Whether a record may be a copy, of a move that is finished or under way.
    func mayBeCopy(_ topic: String, _ partition: Int32, _ offset: Int64) -> Bool {
        if let move, move.isPrepared, offset >= move.epoch.start(topic, partition) { return true }
        return epochOfCopy(topic, partition, offset) != nil
    }
}
