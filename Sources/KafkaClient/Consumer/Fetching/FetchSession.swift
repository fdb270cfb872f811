import KafkaProtocol

/// A fetch session with one broker (KIP-227): after a first, full request only changes are named.
///
/// The broker remembers the session's partitions and counts its requests. Where the two disagree it says so, and the
/// next request is a full one again.
struct FetchSession: Sendable {
    /// What is asked for of a partition.
    struct Wish: Hashable, Sendable {
        var place: TopicPartition
        /// From version 13 on it stands for the topic's name.
        var topicID: TopicID
        var partition: FetchRequest.Partition
    }

    /// 0 for no session.
    private(set) var id: Int32 = 0
    /// Of the next request. 0 asks for a new session, and ends the one with this id.
    private(set) var epoch: Int32 = 0
    /// What the broker remembers, once it has answered.
    private var partitions: [TopicPartition: Wish] = [:]
    private var namedByID = false

    var isFull: Bool { epoch == 0 }
}

// MARK: Asking

extension FetchSession {
    /// Fills in what a request names: all wishes, or those that have changed.
    ///
    /// - Parameter wishes: each partition once.
    mutating func fill(_ request: inout FetchRequest, _ wishes: [Wish], version: Int16) {
        let usesIDs = version >= 13
        if version < 7 {
            (request.sessionID, request.sessionEpoch) = (0, -1)
            self = FetchSession()
        } else if usesIDs != namedByID, !isFull {
            // A session names topics in one way only (KIP-516).
            epoch = 0
        }
        namedByID = usesIDs
        let before = isFull ? [:] : partitions
        partitions = Dictionary(wishes.map { ($0.place, $0) }, uniquingKeysWith: { first, _ in first })
        request.topics = topics(of: wishes.filter { before[$0.place] != $0 })
        request.forgottenTopicsData = forgotten(before)
        guard version >= 7 else { return }
        (request.sessionID, request.sessionEpoch) = (id, epoch)
    }

    /// Those that are no longer wanted, and those whose topic is another by now.
    private func forgotten(_ before: [TopicPartition: Wish]) -> [FetchRequest.ForgottenTopic] {
        let gone = before.values.filter { old in
            partitions[old.place].map { namedByID && $0.topicID != old.topicID } ?? true
        }
        return grouped(gone.sorted { $0.place < $1.place }) { $0.partition.partition }
    }

    private func topics(of wishes: [Wish]) -> [FetchRequest.Topic] { grouped(wishes, \.partition) }

    /// By topic, in the order of their first partitions.
    private func grouped<Part: WireValue & Hashable>(_ wishes: [Wish], _ part: (Wish) -> Part) -> [FetchTopic<Part>] {
        var places: [String: Int] = [:]
        var topics: [FetchTopic<Part>] = []
        for wish in wishes {
            // A topic that was made again counts as another one.
            let key = namedByID ? "\(wish.topicID.high) \(wish.topicID.low)" : wish.place.topic
            let place = places[key] ?? topics.count
            if place == topics.count {
                places[key] = place
                topics.append(
                    .init {
                        $0.topic = wish.place.topic
                        $0.topicID = wish.topicID
                    })
            }
            topics[place].partitions.append(part(wish))
        }
        return topics
    }
}

// MARK: Answers

extension FetchSession {
    /// Takes note of an answer. Returns whether its partitions count; else the next request is a full one.
    mutating func accept(_ answer: FetchResponse) -> Bool {
        switch answer.errorCode {
        case .none: break
        case .fetchSessionIDNotFound:
            self = FetchSession()
            return false
        default:
            fail()
            return false
        }
        let names = Set(partitions.values.map { NameAndNumber($0, byID: namedByID) })
        let answered = answer.topics.flatMap { topic in
            topic.partitions.map { NameAndNumber(topic, $0.partitionIndex, byID: namedByID) }
        }
        let isWhole = isFull ? Set(answered) == names : answered.allSatisfy(names.contains)
        guard isWhole else {
            // A throttled broker answers a full request with nothing (KIP-219).
            if isFull { self = FetchSession() } else { fail() }
            return false
        }
        if answer.sessionID == 0 {
            let kept = namedByID
            self = FetchSession()
            namedByID = kept
        } else {
            if isFull { epoch = 0 }
            id = answer.sessionID
            epoch = epoch == .max ? 1 : epoch + 1
        }
        return true
    }

    /// No answer, or none that can be used: what the broker remembers is not known. The next request ends the session
    /// and begins another.
    mutating func fail() { epoch = 0 }

    private struct NameAndNumber: Hashable {
        var name: String
        var id: TopicID
        var number: Int32

        init(_ wish: Wish, byID: Bool) {
            name = byID ? "" : wish.place.topic
            id = byID ? wish.topicID : .none
            number = wish.partition.partition
        }

        init(_ topic: FetchResponse.Topic, _ number: Int32, byID: Bool) {
            name = byID ? "" : topic.topic
            id = byID ? topic.topicID : .none
            self.number = number
        }
    }
}
