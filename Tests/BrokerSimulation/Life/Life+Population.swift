import NIOCore

@testable import BrokerCore
@testable import KafkaProtocol

/// Who is there, and who comes after those who die.
extension Life {
    func createTopics() throws {
        for topic in settings.topics {
            let wanted = CreateTopicsRequest.Topic(
                name: topic.name, numPartitions: topic.partitions, replicationFactor: 1, assignments: [],
                configs: topic.configs.sorted { $0.key < $1.key }.map { .init(name: $0.key, value: $0.value) })
            guard let answer: CreateTopicsResponse = broker.ask(CreateTopicsRequest(topics: [wanted])),
                answer.results.first?.errorCode == ErrorCode.none
            else { throw Violation(invariant: .everythingIsAnswered, detail: "topic \(topic.name) could not be made") }
        }
    }

    func populate() {
        for _ in 0..<settings.producers { addProducer() }
        for number in 0..<settings.families {
            families.append(
                TransactionalFamily(
                    number: number, timeoutMilliseconds: Int32(random.pick([300, 3_000, 30_000, 600_000]))))
            addIncarnation(number)
        }
        for place in places { addReaders(of: place) }
        for group in 0..<settings.groups { for _ in 0..<random.within(1...3) { addMember("group\(group)") } }
        administrator = Administrator(life: self, name: "administrator")
        if let topic = settings.topics.first(where: { $0.reader != nil }), let group = topic.reader {
            watcher = DeclaredReader(life: self, group: group, place: Place(topic: topic.name, partition: 0))
        }
    }

    private func newName(_ prefix: String) -> String {
        names += 1
        return prefix + String(names)
    }

    func addProducer() {
        producers.append(IdempotentProducer(life: self, name: newName("p"), place: random.pick(places)))
    }

    private func addReaders(of place: Place) {
        readers.append(Reader(life: self, place: place, committedOnly: true))
        readers.append(Reader(life: self, place: place, committedOnly: false))
    }

    /// All partitions that there are, those that were added since among them.
    var places: [Place] { settings.places + ledger.addedPlaces }

    /// The broker has said that a topic has more partitions now.
    func grown(_ topic: LifeSettings.Topic, to count: Int32) {
        let present = Int32(places.count { $0.topic == topic.name })
        guard count > present else { return }
        for partition in present..<count {
            let place = Place(topic: topic.name, partition: partition)
            ledger.addedPlaces.append(place)
            addReaders(of: place)
            coverage[.partitionsAdded] += 1
        }
    }

    func addIncarnation(_ family: Int) {
        names += 1
        transactional.append(TransactionalProducer(life: self, family: families[family], incarnation: names))
    }

    func addMember(_ group: String) {
        let instance = random.chance(0.3) ? "i\(random.below(2))" : nil
        members.append(GroupMember(life: self, name: newName("m"), group: group, instanceID: instance))
    }

    /// A client's process ends without a word, and another takes its place.
    func replaceAClient() {
        coverageOfDead()
        switch random.below(5) {
        case 0:
            guard let index = producers.indices.randomElement(using: &random) else { return }
            producers.remove(at: index).die()
            addProducer()
        case 1...3:
            let current = transactional.indices.filter { !transactional[$0].isZombie }
            guard let index = current.randomElement(using: &random) else { return }
            let old = transactional[index]
            old.isZombie = true
            // It may only have been out of reach for a while, and go on without knowing of its successor.
            if random.flip() {
                old.die()
                transactional.remove(at: index)
            }
            addIncarnation(old.family.number)
        default:
            guard let index = members.indices.randomElement(using: &random) else { return }
            let old = members[index]
            if random.flip() {
                old.stalledUntil = elapsed + Int64(random.within(500...6000))
            } else {
                members.remove(at: index).die()
                addMember(old.group)
            }
        }
    }

    private func coverageOfDead() {
        transactional.removeAll(where: \.isDead)
        for (index, member) in members.enumerated().reversed() where member.isDead {
            members.remove(at: index)
            addMember(member.group)
        }
    }
}

extension SimulatedBroker {
    /// Asks and settles everything until the answer is there.
    func ask<Body: KafkaMessage>(_ request: any ServedRequest) -> Body? {
        var answer: Body?
        let link = connect {}
        send(request, on: link, observe: { body, _ in answer = body as? Body }, receive: { _ in })
        deliverRequest(of: link)
        settle()
        remove(link, keepsRequests: false)
        return answer
    }
}
