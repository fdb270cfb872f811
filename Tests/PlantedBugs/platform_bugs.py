"""Bugs to plant in the platform: the loop, the services, their state, and what they need of the broker."""

from bugs import Bug

TASK = "Sources/StreamProcessing/Task/"
SERVICES = "Sources/OrderServices/"

BUGS = [
    Bug(
        "state-ahead-of-log", "the local state takes a batch before its transaction is committed",
        TASK + "TaskRun+Commit.swift",
        "            try commitTransaction()\n            try context.committed(\n"
        "                reached: context.changelogTopic.map { client.takeDeliveredOffsets(of: $0) } ?? [:],"
        " inputs: positions,\n"
        "                now: clock.now())\n        } else {",
        "            try context.committed(\n"
        "                reached: context.changelogTopic.map { client.takeDeliveredOffsets(of: $0) } ?? [:],"
        " inputs: positions,\n"
        "                now: clock.now())\n            try commitTransaction()\n        } else {"),
    Bug(
        "offsets-before-output", "the input offsets are committed before the transaction, and outside of it",
        TASK + "TaskRun+Commit.swift",
        "try client.sendOffsets(moved(positions))",
        "try client.commit(moved(positions))"),
    Bug(
        "offsets-of-whole-poll", "after a part of a batch, all of it counts as read",
        TASK + "TaskRun+Commit.swift",
        "for index in (end..<batch.count).reversed() {",
        "for index in (end..<batch.count).reversed() where index < 0 {"),
    Bug(
        "late-commit-is-failure", "a commit whose answer is late is taken for one that failed",
        TASK + "TaskRun+Commit.swift",
        'try untilAnswered("the commit\'s outcome is not known yet, asking again") { () throws(KafkaError) in\n'
        "            try client.commitTransaction(timeout: .seconds(10))\n"
        "        } gaveUp: {\n            CommitUnknown(cause: $0)\n        }",
        "do {\n            try client.commitTransaction(timeout: .seconds(10))\n        } catch {\n"
        "            if !error.isRetriable { throw error }\n"
        "            throw KafkaError(code: error.code, message: error.message, mustAbortTransaction: true)\n        }"),
    Bug(
        "state-survives-rollback", "what a rolled back batch would have written goes with the next one",
        TASK + "TransactionContext.swift",
        "        store?.rollBack()\n        setAside.removeAll()",
        "        if emitted == 0 { store?.rollBack() }\n        setAside.removeAll()"),
    Bug(
        "letters-survive-rollback", "the dead letters of a rolled back batch are sent with the next attempt",
        TASK + "TransactionContext.swift",
        "        store?.rollBack()\n        setAside.removeAll()",
        "        store?.rollBack()"),
    Bug(
        "commits-failures", "the transaction of a batch that failed is committed instead of aborted",
        TASK + "TaskRun+Handling.swift",
        "            try client.abortTransaction(timeout: .seconds(5))\n",
        "            try client.commitTransaction(timeout: .seconds(5))\n"),
    Bug(
        "commits-what-waits", "what waits for a record that belongs to it counts as read",
        TASK + "TaskRun+Commit.swift",
        "if let joins = definition.joins, let joinBuffer {",
        "if let joins = definition.joins, let joinBuffer, joins.lead.isEmpty {"),
    Bug(
        "offset-without-state", "the database notes how far it has come, and not what was gathered",
        "Sources/StreamProcessing/KeyedState/GatheredState.swift",
        "changes.eachCommitted { batch.set(partition: $0, key: $1, value: $2) }",
        "changes.eachCommitted { if $0 < 0 { batch.set(partition: $0, key: $1, value: $2) } }"),
    Bug(
        "no-restore", "state is not restored when partitions are assigned",
        TASK + "TaskRun+Rebalance.swift",
        "            try restorer.restore(homes, into: database)\n",
        ""),
    Bug(
        "no-input-restore", "what the state keeps of the input is not restored",
        TASK + "TaskRun+Rebalance.swift",
        "            try restoreInput(upTo: starts, into: database) { try restorer.restore($0, into: database) }\n",
        ""),
    Bug(
        "cache-over-rebalance", "what a processor has in memory outlives a change of partitions",
        TASK + "TaskRun+Rebalance.swift",
        "        joinBuffer?.removeAll()\n        processor.reset()\n",
        "        joinBuffer?.removeAll()\n"),
    Bug(
        "batch-over-rebalance", "the batch at hand is kept through a change of partitions",
        TASK + "TaskRun+Rebalance.swift",
        "        batch = nil\n        joinBuffer?.removeAll()\n",
        "        joinBuffer?.removeAll()\n"),
    Bug(
        "homes-of-any-topic", "a member has the homes of all partitions that it is given, not of the first input's",
        TASK + "TaskRun+Rebalance.swift",
        "$0.topic == lead && $0.partition < count",
        "_ = lead; return $0.partition < count"),
    Bug(
        "restores-one-less", "a restore begins one record too late",
        TASK + "ChangelogRestorer.swift",
        "let start = max(reached, first)",
        "let start = max(reached + 1, first)"),
    Bug(
        "restores-to-stable-offset", "a restore ends before what a dead predecessor has committed",
        TASK + "ChangelogRestorer.swift",
        "countingOpen: true)",
        "countingOpen: false)"),
    Bug(
        "unstable-offsets", "a member begins before the group's offsets are final",
        "Sources/BrokerCore/Groups/ConsumerGroup+Offsets.swift",
        "if requireStable, offsets.hasPending(partition) {",
        "if requireStable, offsets.hasPending(partition), partition.partition < 0 {"),
    Bug(
        "paused-for-good", "partitions that were paused for a batch are not resumed behind it",
        TASK + "TaskRun+Handling.swift",
        "        batch = nil\n        try resume()\n",
        "        batch = nil\n"),
    Bug(
        "rebalance-blames-record", "a group that shares out its partitions is taken for a record's fault",
        "Sources/StreamProcessing/Faults/Fault+Platform.swift",
        "return .dependency(code: Fault.rebalancing)",
        # The group refuses the dead letter as it has refused the record's output.
        "return .record(code: Fault.rebalancing)", found_by="FaultTests"),
    Bug(
        "fenced-goes-on", "a fenced producer is of use, for the loop",
        "Sources/StreamProcessing/Faults/Fault+Platform.swift",
        'if isFatal { return .run(code: isFencing ? "fenced" : "client_failed") }',
        'if isFatal { return isFencing ? .dependency(code: "fenced") : .run(code: "client_failed") }'),
    Bug(
        "expired-goes-on", "a transaction that has taken too long is aborted, and its producer goes on in it",
        "Sources/BrokerCore/Transactions/TransactionCoordinator.swift",
        "let fencing = ProducerIdentity(id: transaction.producerID, epoch: transaction.epoch + 1)",
        "let fencing = transaction.producer"),
    Bug(
        "open-committed", "what a dead producer has left open is committed by its successor",
        "Sources/BrokerCore/Transactions/TransactionCoordinator.swift",
        "of: transaction, commit: false,\n                producer: ProducerIdentity",
        "of: transaction, commit: true,\n                producer: ProducerIdentity"),
    Bug(
        "given-up-members-commit", "the broker takes offsets of members that their group has given up",
        "Sources/BrokerCore/Groups/ConsumerGroup+Offsets.swift",
        "if let error = check(member: id, instanceID: instanceID, generation: generation) { return error }",
        "if !isTransactional, let error = check(member: id, instanceID: instanceID, generation: generation) { return error }"),
    Bug(
        "broker-answers-early", "a producer is answered before the journal is on disk",
        "Sources/BrokerCore/Broker/Broker+Produce.swift",
        "respondWhenDurable(context, response)",
        "respond(context, response)"),
    Bug(
        "offsets-of-aborted", "offsets of an aborted transaction count",
        "Sources/BrokerCore/Groups/GroupOffsets.swift",
        "guard let offsets = pending.removeValue(forKey: producerID), isCommitted else { return }",
        "guard let offsets = pending.removeValue(forKey: producerID) else { return }"),
    Bug(
        "refused-alert-forgotten", "an alert that was refused counts as delivered after a rollback",
        SERVICES + "Alerting/AlertingProcessor.swift",
        "if let known = answers.answer(to: alert, about: record) { return known }",
        "if answers.answer(to: alert, about: record) != nil { return .delivered }"),
    Bug(
        "alert-not-repeated", "an alert whose delivery failed is not tried again",
        SERVICES + "Alerting/AlertingProcessor.swift",
        "answer = try await context.inTrace(of: record) { try await destination.deliver(alert) }",
        "do {\n                answer = try await context.inTrace(of: record) { try await destination.deliver(alert) }\n"
        "            } catch is any ClassifiedError {}"),
    Bug(
        "sink-goes-on", "the sink commits though the store did not take the batch",
        SERVICES + "Sink/SinkProcessor.swift",
        "try await context.traced(\"upsert orders\", span(of: changes)) { try await store.apply(changes) }",
        "try? await context.traced(\"upsert orders\", span(of: changes)) { try await store.apply(changes) }"),
    Bug(
        "sink-takes-older", "of a key's revisions in a batch the sink takes the older one",
        SERVICES + "Sink/SinkProcessor.swift",
        "if let seen = orders[document.order.id], seen.revision >= document.revision { return }",
        "if let seen = orders[document.order.id], seen.revision < document.revision { return }"),
    Bug(
        "charge-forgotten", "an order that was charged in a batch that was rolled back counts as settled",
        SERVICES + "Payments/PaymentProcessor.swift",
        "public func reset() { standings.reset() }",
        "public func reset() {}"),
    Bug(
        "charges-conflicts", "an event that contradicts the order's first one is charged",
        SERVICES + "Payments/PaymentProcessor.swift",
        "case .open(let first) where !first.differences(to: order, in: record).isEmpty: return\n",
        "", found_by="PaymentProcessorTests"),
    Bug(
        "misplaced-stay", "payments leaves orders in the partition where they were found",
        SERVICES + "Payments/PaymentProcessor.swift",
        "case .astray: return misplaced.append(Due(order: order, record: record))",
        "case .astray: return"),
    Bug(
        "misplaced-judged", "fraud judges orders wherever they are found",
        SERVICES + "Fraud/FraudProcessor.swift",
        "guard let order = reader.read(record, in: context), reader.isAtHome(order, record, in: context) else {",
        "guard let order = reader.read(record, in: context) else {"),
    Bug(
        "alert-forgotten", "an alert of a batch that was rolled back counts as raised",
        SERVICES + "Fraud/FraudProcessor.swift",
        "public func reset() { seen.reset() }",
        "public func reset() {}"),
    Bug(
        "sums-survive-rollback", "sums keep what a rolled back batch added",
        SERVICES + "Analytics/AnalyticsProcessor.swift",
        "        documents.reset()\n        aggregates.reset()\n",
        "        documents.reset()\n        aggregates.commit()\n"),
    Bug(
        "counts-again", "the totals take an order's whole document at each change of it",
        SERVICES + "Analytics/AnalyticsProcessor.swift",
        "try step(.allTime, partition, from: old, to: new, in: context)\n        do",
        "try step(.allTime, partition, from: nil, to: new, in: context)\n        do"),
    Bug(
        "status-goes-back", "a repeated older event undoes a status",
        SERVICES + "Analytics/OrderDocument+Events.swift",
        "} else if order.status.rawValue > result.order.status.rawValue {",
        "} else if order.status != result.order.status {"),
]
