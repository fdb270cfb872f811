import OrderEvents
import StreamProcessing

/// Dead letters are accounted for in both directions. What a service cannot read and has committed has exactly one dead
/// letter. Each dead letter has its record, with the same bytes and a reason that holds.
extension Audit {
    /// A record of one of the platform's dead-letter topics; nil: its headers do not say what it is.
    mutating func take(_ letter: AuditLetter?, in dlqPartition: Int32, at offset: Int64, of consumption: Consumption) {
        if round.isFirst, dlqPartition == partition { counts.deadLetters += 1 }
        let name = "dead letter \(consumption.topic.name)/\(consumption.group)/\(dlqPartition)/\(offset)"
        // Each dead-letter partition is read with the partition of its own number, and with those whose dead letters
        // may be there, too.
        guard let letter else {
            if round.isFirst, dlqPartition == partition { find(.deadLetter, name, "does not say which record it is") }
            return
        }
        guard letter.originPartition == partition else {
            if round.isFirst, dlqPartition == partition,
                !letterPartitions(of: letter.originPartition).contains(dlqPartition)
            {
                find(.deadLetter, name, "is about partition \(letter.originPartition) and stands in \(dlqPartition)")
            }
            return
        }
        if round.isFirst { countDecision(about: letter) }
        let key = LetterKey(consumption: consumption, offset: letter.originOffset)
        if let earlier = letters[key] {
            if round.isFirst {
                find(
                    .deadLetter, name,
                    "is the second of \(place(consumption.topic, letter.originOffset)), after offset \(earlier.offset)")
            }
            return
        }
        letters[key] = letter
    }

    /// Where the dead letters of a partition may stand: in the partition of the home that its records were read with,
    /// in any epoch.
    func letterPartitions(of partition: Int32) -> Set<Int32> {
        Set([partition] + layout.epochs.map { partition % $0.homes })
    }

    /// A replay is decided for a record, whichever group's dead letter it began with; a discard for a dead letter.
    private mutating func countDecision(about letter: AuditLetter) {
        if decisions.replayedOrigins.contains(letter.origin) {
            counts.deadLettersReplayed += 1
        } else if decisions.discarded.contains(letter.id.description) {
            counts.deadLettersDiscarded += 1
        } else {
            counts.deadLettersOpen += 1
        }
    }

    /// A record that cannot be read: each service that has committed it must have set it aside.
    mutating func noteUnreadable(_ record: LogRecord, _ topic: FlowTopic, _ error: EventError?) {
        guard round.isFirst else { return }
        counts.unreadable += 1
        let code = error?.code.wireName ?? "missing_value"
        for consumption in topic.consumptions {
            let key = LetterKey(consumption: consumption, offset: record.offset)
            if let letter = letters[key] {
                letters[key]?.isExplained = true
                checkBytes(letter, record)
                if letter.code != code, !Audit.isGeneral(letter.code) {
                    find(.deadLetter, "dead letter \(letter.id)", "says \(letter.code), but its record is \(code)")
                }
            } else if covers(consumption, record), !cutLetters.contains(consumption) {
                find(
                    .deadLetter, "record \(place(topic, record.offset))",
                    "cannot be read (\(code)), and \(consumption.group) has no dead letter of it")
            }
        }
    }

    /// The dead letter of a record that can be read, if a service set it aside all the same; checks that it had a
    /// reason to.
    mutating func takeLetter(_ consumption: Consumption, _ record: LogRecord, isAtHome: Bool) -> AuditLetter? {
        if let earlier = earlierLetter(consumption, record) { return earlier }
        if letters.isEmpty { return nil }
        let key = LetterKey(consumption: consumption, offset: record.offset)
        guard let letter = letters[key] else { return nil }
        letters[key]?.isExplained = true
        checkBytes(letter, record)
        if !Audit.explains(letter.code, consumption, isAtHome: isAtHome) {
            find(
                .deadLetter, "dead letter \(letter.id)",
                "says \(letter.code), but nothing is wrong with \(place(consumption.topic, record.offset))")
        }
        return letter
    }

    /// A readable record that another round checks: its dead letters are not without cause.
    mutating func passOver(_ record: LogRecord, _ topic: FlowTopic) {
        guard round.isFirst, !letters.isEmpty else { return }
        for consumption in topic.consumptions {
            letters[LetterKey(consumption: consumption, offset: record.offset)]?.isExplained = true
        }
    }

    /// Whether a service may set a readable record aside for this reason.
    static func explains(_ code: String, _ consumption: Consumption, isAtHome: Bool) -> Bool {
        if isGeneral(code) { return true }
        return switch (code, consumption) {
        case ("webhook_refused", .alerting), (DeadLetterReason.refusedCode, .payments): true
        // Whether it contradicts the first is looked at beside that.
        case (DeadLetterReason.conflictCode, .analyticsOrders): isAtHome
        case ("wrong_partition", .analyticsPayments), ("wrong_partition", .analyticsAlerts): !isAtHome
        case ("overflow", .analyticsOrders), ("overflow", .analyticsPayments), ("overflow", .analyticsAlerts): true
        case ("too_large", .analyticsOrders), ("too_large", .analyticsPayments), ("too_large", .analyticsAlerts): true
        default: false
        }
    }

    /// Reasons that any service may have with any record: a fault of the service's own, an answer too large for the
    /// broker.
    static func isGeneral(_ code: String) -> Bool { code == Fault.unknownCode || code == "message_too_large" }

    private mutating func checkBytes(_ letter: AuditLetter, _ record: LogRecord) {
        if let bytes = letter.omittedBytes {
            if bytes == record.value?.count ?? 0 { return }
        } else if letter.fingerprint == Audit.fingerprint(record.key, record.value) {
            return
        }
        find(
            .deadLetter, "dead letter \(letter.id)",
            "has other bytes than \(place(letter.consumption.topic, record.offset))")
    }

    mutating func checkLettersWithoutCause() {
        for letter in letters.values where !letter.isExplained {
            let topic = letter.consumption.topic
            // Retention and compaction delete records whose dead letters stay.
            guard topic != .orderAnalytics, letter.originOffset >= cuts[topic] else { continue }
            find(
                .deadLetter, "dead letter \(letter.id)",
                "is about \(place(topic, letter.originOffset)), which does not exist or which nobody sets aside")
        }
    }

    /// A replay's record and its decision are written in one transaction: neither is without the other.
    mutating func checkDecisions() {
        for (id, topicName) in decisions.replayed.sorted(by: { $0.key < $1.key }) where !replaysSeen.contains(id) {
            guard let topic = FlowTopic.allCases.first(where: { $0.name == topicName }), topic != .orderAnalytics,
                !cutTopics.contains(topic)
            else { continue }
            find(
                .deadLetter, "dead letter \(id)", "is decided as replayed, but no record on \(topicName) is its replay")
        }
    }
}
