/// Who asks.
public enum Principal: Hashable, Sendable {
    /// Whoever reaches a listener without logins: everything is allowed.
    case anyone
    /// A user who has logged in.
    case user(String)
}

/// What each user may do. Pure: a question in, a decision out.
public struct Rights: Hashable, Sendable {
    private let grants: [String: [Grant]]

    /// - Parameter grants: by the user's name. Who is not named may do nothing.
    public init(_ grants: [String: [Grant]] = [:]) { self.grants = grants }

    /// Whether someone may do something with a resource.
    public func allows(_ principal: Principal, _ operation: Operation, _ resource: Resource) -> Bool {
        guard case .user(let name) = principal else { return true }
        guard let grants = grants[name] else { return false }
        return grants.contains { $0.allows(operation, resource) }
    }

    /// Whether someone may do something with at least one topic.
    public func allowsAnyTopic(_ principal: Principal, _ operation: Operation) -> Bool {
        guard case .user(let name) = principal else { return true }
        return grants[name]?.contains { $0.topicOperations.contains(operation) } ?? false
    }

    /// The operations that someone may do with a resource, a bit for each of Kafka's numbers (KIP-430).
    public func operations(_ principal: Principal, _ resource: Resource) -> Int32 {
        resource.operations.reduce(into: 0) { bits, operation in
            if allows(principal, operation, resource) { bits |= 1 << Int32(operation.rawValue) }
        }
    }
}

extension Grant {
    /// What it allows with the topics that it names.
    var topicOperations: Set<Operation> {
        switch kind {
        case .read: [.read, .describe, .describeConfigs]
        case .write: [.write, .describe, .describeConfigs]
        case .admin: Set(Resource.topic("").operations)
        case .group, .transaction: []
        }
    }

    func allows(_ operation: Operation, _ resource: Resource) -> Bool {
        if kind == .admin, pattern.isEverything { return resource.operations.contains(operation) }
        switch resource {
        case .topic(let name): return topicOperations.contains(operation) && pattern.matches(name)
        case .group(let name):
            return kind == .group && resource.operations.contains(operation) && pattern.matches(name)
        case .transactionalID(let name):
            return kind == .transaction && resource.operations.contains(operation) && pattern.matches(name)
        case .cluster:
            // A producer id alone writes nothing: Kafka gives it to whoever may write anywhere (KIP-679).
            return operation == .idempotentWrite && topicOperations.contains(.write)
        }
    }
}
