import KafkaProtocol

/// A request of which is known what it takes rights for.
///
/// Every request that the broker serves has to be one, so none can be served that was forgotten here.
package protocol AuthorizedRequest: KafkaRequest {
    /// What of it may be served, for whom the gate stands.
    func admitted(_ gate: AccessGate) -> Admission<Self>
}

/// What becomes of a request.
package enum Admission<Request: KafkaRequest> {
    /// Serve this, which is what is allowed of it; `complete` puts what was refused into the answer.
    case serve(Request, complete: ((inout Request.Response) -> Void)?)
    /// Nothing of it is allowed: this is the answer.
    case refuse(Request.Response)
    /// Nothing of it is allowed, and it gets no answer that could say so.
    case close(String)

    /// All of it, as it is.
    package static func serve(_ request: Request) -> Self { .serve(request, complete: nil) }
}

/// Decides over requests of one principal.
package struct AccessGate {
    /// Who asks.
    package let principal: Principal
    /// What everybody may do, at this moment.
    package let rights: Rights
    /// The address that this principal's clients are given.
    package let host: String
    package let port: Int32
    /// The name of a topic that is asked for by its id.
    package let topicName: (TopicID) -> String?
    /// Whether there is a topic.
    package let hasTopic: (String) -> Bool

    package init(
        principal: Principal, rights: Rights, host: String, port: Int32,
        topicName: @escaping (TopicID) -> String?, hasTopic: @escaping (String) -> Bool
    ) {
        self.principal = principal
        self.rights = rights
        self.host = host
        self.port = port
        self.topicName = topicName
        self.hasTopic = hasTopic
    }

    func allows(_ operation: Operation, _ resource: Resource) -> Bool { rights.allows(principal, operation, resource) }
    func allows(_ operation: Operation, topic: String) -> Bool { allows(operation, .topic(topic)) }
    func operations(_ resource: Resource) -> Int32 { rights.operations(principal, resource) }

    /// Topics that may be used, and the others.
    func split<Topic>(
        _ topics: [Topic], _ operation: Operation, name: (Topic) -> String?
    ) -> (allowed: [Topic], denied: [Topic]) {
        var parts: (allowed: [Topic], denied: [Topic]) = ([], [])
        for topic in topics {
            // What has no name is not there: the broker says so.
            if name(topic).map({ allows(operation, topic: $0) }) ?? true {
                parts.allowed.append(topic)
            } else {
                parts.denied.append(topic)
            }
        }
        return parts
    }

    func split<Part>(
        _ topics: [TopicPartitions<Part>], _ operation: Operation
    ) -> (allowed: [TopicPartitions<Part>], denied: [TopicPartitions<Part>]) {
        split(topics, operation) { $0.name }
    }
}

extension TopicPartitions {
    /// The same partitions with something else about each.
    func each<Other>(_ change: (Partition) -> Other) -> TopicPartitions<Other> {
        .init(name: name, partitions: partitions.map(change))
    }
}
