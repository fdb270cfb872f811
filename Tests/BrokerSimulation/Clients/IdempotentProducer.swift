import NIOCore

@testable import BrokerCore
@testable import KafkaProtocol

/// A producer with a producer id: several batches in flight, sent again in the same order after a disconnection.
final class IdempotentProducer: SimulatedClient {
    private struct Batch {
        var sequence: Int32
        var records: [SentRecord]
        var bytes: ByteBuffer
        var isSent = false
    }

    private let place: Place
    private let stream: Int
    private var identity: ProducerIdentity?
    private var batches: [Batch] = []
    private var nextSequence: Int32 = 0
    private var count = 0
    private let maximumInFlight: Int

    init(life: Life, name: String, place: Place) {
        self.place = place
        self.stream = life.ledger.newStream()
        maximumInFlight = life.random.within(1...ProducerEntry.rememberedBatches)
        super.init(life: life, name: name)
    }

    override var keepsRequestsOnDisconnect: Bool { identity != nil }
    override var isFinished: Bool { waiting == 0 && batches.isEmpty }

    override func act() {
        guard identity != nil else {
            if waiting == 0, !life.isDraining { initialize() }
            return
        }
        for index in batches.indices where !batches[index].isSent { return send(index) }
        guard !life.isDraining, batches.count < maximumInFlight else { return }
        makeBatch()
        send(batches.count - 1)
    }

    override func connectionLost() {
        for index in batches.indices { batches[index].isSent = false }
    }

    private func initialize() {
        send(InitProducerIDRequest(transactionalID: nil, transactionTimeoutMilliseconds: 0)) {
            [self] (answer: InitProducerIDResponse, _) in
            guard answer.errorCode == .none else { return }
            if !life.ledger.producerIDs.insert(answer.producerID).inserted {
                life.fail(.producerIDsAreUnique, "\(name) was given \(answer.producerID), which another has")
            }
        } receive: { [self] answer in
            guard answer.errorCode == .none else {
                return life.fail(.notFencedInVain, "\(name) was refused an id: \(answer.errorCode)")
            }
            identity = ProducerIdentity(id: answer.producerID, epoch: answer.producerEpoch)
        }
    }

    private func makeBatch() {
        let records = life.makeRecords(name, place, stream: stream, from: count, transaction: nil)
        count += records.count
        let bytes = life.batch(records, producer: identity, sequence: nextSequence)
        batches.append(Batch(sequence: nextSequence, records: records, bytes: bytes))
        nextSequence += Int32(records.count)
    }

    private func send(_ index: Int) {
        batches[index].isSent = true
        let batch = batches[index]
        life.produce(self, batch.bytes, batch.records, to: place, transactionalID: nil) { [self] answer in
            guard answer.errorCode == .none else {
                return life.fail(
                    .notFencedInVain, "\(name) was refused at sequence \(batch.sequence): \(answer.errorCode)")
            }
            guard batches.first?.sequence == batch.sequence else {
                return life.fail(.everythingIsAnswered, "\(name) got an answer out of order")
            }
            batches.removeFirst()
        }
    }
}
