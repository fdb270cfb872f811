import KafkaProtocol
import NIOCore

// Batches onto the wire: to each leader up to five requests, in each at most one batch of a partition.
extension ProducerCore {
    func sendBatches() {
        guard failure == nil else { return }
        if settings.isIdempotent { guard case .known = identity else { return } }
        var byBroker: [Int32: [PartitionSender]] = [:]
        var missesLeader = false
        for offset in senders.indices {
            let sender = senders[(turn + offset) % senders.count]
            guard isReady(sender) else { continue }
            guard let leader = access.metadata.leader(sender.name.topic, sender.name.partition) else {
                missesLeader = true
                continue
            }
            guard sender.inFlight == 0 || sender.broker == leader.broker else { continue }
            byBroker[leader.broker, default: []].append(sender)
        }
        if !senders.isEmpty { turn = (turn + 1) % senders.count }
        for broker in byBroker.keys.sorted() { send(byBroker[broker] ?? [], to: broker) }
        if missesLeader { access.refreshMetadata() }
    }

    private func inFlightLimit(_ sender: PartitionSender) -> Int {
        settings.isIdempotent && sender.isAccepted ? settings.requestsInFlightLimit : 1
    }

    private func isReady(_ sender: PartitionSender) -> Bool {
        guard !sender.isRewinding, sender.blockedUntil <= access.now.monotonic, sender.inFlight < inFlightLimit(sender),
            let batch = sender.nextToSend
        else { return false }
        // In an epoch that ends, only what it may have written already is asked about again.
        if batch.stamp == nil, wantsNewEpoch { return false }
        return transaction?.admits(sender) ?? true
    }

    private func send(_ candidates: [PartitionSender], to broker: Int32) {
        var candidates = candidates
        while requests[broker, default: 0] < settings.requestsInFlightLimit {
            candidates = candidates.filter(isReady)
            guard !candidates.isEmpty else { return }
            var bytes = 0
            var chosen: [(PartitionSender, ProducedBatch)] = []
            for sender in candidates {
                guard let batch = sender.nextToSend else { continue }
                if !chosen.isEmpty, bytes + batch.bytes.readableBytes > settings.requestBytesLimit { break }
                bytes += batch.bytes.readableBytes
                chosen.append((sender, batch))
            }
            for (sender, batch) in chosen { put(batch, of: sender, on: broker) }
            write(chosen, to: broker)
            // Those that were left out come first in the next request.
            candidates = Array(candidates.dropFirst(chosen.count)) + candidates.prefix(chosen.count)
        }
    }

    private func put(_ batch: ProducedBatch, of sender: PartitionSender, on broker: Int32) {
        if case .known(let id, let epoch) = identity, settings.isIdempotent {
            if batch.stamp == nil {
                let stamp = ProducerStamp(
                    producerID: id, epoch: epoch, sequence: sender.takeSequence(batch.recordCount))
                batch.seal(stamp, isTransactional: settings.transactionalID != nil)
            }
        } else if batch.header.checksum == 0 {
            batch.seal(nil, isTransactional: false)
        }
        batch.isOnWire = true
        sender.inFlight += 1
        sender.broker = broker
        sender.sent += 1
    }

    private func write(_ chosen: [(PartitionSender, ProducedBatch)], to broker: Int32) {
        requests[broker, default: 0] += 1
        let options = RequestOptions(
            lane: .produce, clientID: settings.clientID, retries: false, newest: newestProduceVersion)
        let make = { [settings, timeout = access.settings.requestTimeoutMilliseconds] (_: Int16) in
            ProduceRequest {
                $0.transactionalID = settings.transactionalID
                $0.acks = settings.waitsForAllReplicas ? -1 : 1
                $0.timeoutMilliseconds = Int32(clamping: timeout)
                $0.topics = Self.topics(of: chosen)
            }
        }
        access.send(to: .broker(broker), options, make: make, check: nil) { [weak self] result in
            self?.returned(chosen, from: broker, result)
        }
    }

    private static func topics(
        of sent: [(PartitionSender, ProducedBatch)]
    ) -> [TopicPartitions<ProduceRequest.Partition>] {
        var topics: [TopicPartitions<ProduceRequest.Partition>] = []
        var places: [String: Int] = [:]
        for (sender, batch) in sent {
            let partition = ProduceRequest.Partition {
                $0.index = sender.name.partition
                $0.records = batch.bytes
            }
            if let place = places[sender.name.topic] {
                topics[place].partitions.append(partition)
            } else {
                places[sender.name.topic] = topics.count
                topics.append(TopicPartitions(name: sender.name.topic, partitions: [partition]))
            }
        }
        return topics
    }
}
