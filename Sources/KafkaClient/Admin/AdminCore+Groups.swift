import KafkaProtocol
import NIOCore

/// Consumer groups and their offsets.
extension AdminCore {
    /// All groups of the cluster, by name: each broker lists those that it coordinates.
    func listGroups(until deadline: Int64, then done: @escaping Done<[GroupListing]>) {
        describe(topics: [], until: deadline) { [self] result in
            switch result {
            case .failure(let error): done(.failure(error))
            case .success(let cluster):
                guard !cluster.brokers.isEmpty else { return done(.success([])) }
                Self.gather(cluster.brokers.map(\.id)) { [self] broker, part in
                    ask(ListGroupsRequest(), .broker(broker), deadline, check: { $0.errorCode }, "listing groups") {
                        part($0.flatMap(Self.listings))
                    }
                } then: { result in
                    done(result.map { $0.flatMap(\.self).sorted { $0.groupID < $1.groupID } })
                }
            }
        }
    }

    private static func listings(_ answer: ListGroupsResponse) -> Result<[GroupListing], ClientError> {
        guard answer.errorCode == .none else {
            return .failure(ClientError(answer.errorCode, context: "listing groups"))
        }
        return .success(
            answer.groups.map {
                GroupListing(
                    groupID: $0.groupID, protocolType: $0.protocolType,
                    state: $0.groupState.isEmpty ? nil : $0.groupState)
            })
    }

    /// The states and members of groups, in the order of the names.
    func describe(groups names: [String], until deadline: Int64, then done: @escaping Done<[GroupDescription]>) {
        guard !names.isEmpty else {
            access.schedule(at: access.now.monotonic) { done(.success([])) }
            return
        }
        Self.gather(names) { [self] (name: String, part: @escaping Done<GroupDescription>) in
            let request = DescribeGroupsRequest { $0.groups = [name] }
            let operation = "describing group \(name)"
            ask(
                request, .coordinator(CoordinatorKey(kind: .group, name: name)), deadline,
                check: { $0.results.first?.errorCode ?? .none }, operation
            ) { result in
                part(
                    result.flatMap { answer in
                        guard let found = answer.results.first else {
                            return .failure(
                                ClientError(.protocolViolation, "nothing is said of it", context: operation))
                        }
                        // From version 6 on an unknown group is an error; before, it is dead.
                        guard found.errorCode == .none || found.errorCode == .groupIDNotFound else {
                            return .failure(ClientError(found.errorCode, context: operation))
                        }
                        return .success(GroupDescription(found))
                    })
            }
        } then: { result in
            let places = Dictionary(names.enumerated().map { ($1, $0) }, uniquingKeysWith: { first, _ in first })
            done(result.map { $0.sorted { places[$0.groupID] ?? 0 < places[$1.groupID] ?? 0 } })
        }
    }

    /// Deletes groups that have no members, with their offsets. One that nobody has heard of is passed.
    func deleteGroups(_ names: [String], until deadline: Int64, then done: @escaping Done<Void>) {
        guard !names.isEmpty else {
            access.schedule(at: access.now.monotonic) { done(.success(())) }
            return
        }
        Self.gather(names) { [self] (name: String, part: @escaping Done<Void>) in
            let request = DeleteGroupsRequest { $0.groupsNames = [name] }
            ask(
                request, .coordinator(CoordinatorKey(kind: .group, name: name)), deadline,
                check: { $0.results.first?.errorCode ?? .none }, "deleting group \(name)"
            ) { result in
                part(
                    result.flatMap { answer in
                        let error = answer.results.first?.errorCode ?? .none
                        guard error == .none || error == .groupIDNotFound else {
                            return .failure(ClientError(error, context: "deleting group \(name)"))
                        }
                        return .success(())
                    })
            }
        } then: { result in
            done(result.map { _ in })
        }
    }

    /// What a group has committed, for those of the partitions that have a commit; for all that it has if none are
    /// named.
    func committed(
        _ group: String, _ places: [TopicPartition]? = nil, until deadline: Int64,
        then done: @escaping Done<[TopicPartition: CommittedOffset]>
    ) {
        GroupOffsets(access: access, groupID: group, clientID: clientID).fetch(
            places, until: deadline, requiresStable: false
        ) { result in
            done(
                result.flatMap { found in
                    var committed: [TopicPartition: CommittedOffset] = [:]
                    for (place, result) in found {
                        switch result {
                        case .success(let offset): committed[place] = offset
                        case .failure(let error): return .failure(error)
                        }
                    }
                    return .success(committed)
                })
        }
    }

    /// Sets a group's offsets. Refused while the group has members.
    func commit(
        _ group: String, _ offsets: [TopicPartition: CommittedOffset], until deadline: Int64,
        then done: @escaping Done<Void>
    ) {
        GroupOffsets(access: access, groupID: group, clientID: clientID).commit(
            offsets, as: ConsumerGroupMetadata(groupID: group), until: deadline
        ) { result in
            done(
                result.flatMap { refused in refused.min { $0.key < $1.key }.map { .failure($0.value) } ?? .success(()) }
            )
        }
    }
}

extension GroupDescription {
    init(_ found: DescribeGroupsResult) {
        groupID = found.groupID
        state = found.errorCode == .groupIDNotFound ? "Dead" : found.groupState
        protocolType = found.protocolType
        assignor = found.protocolData
        members = found.members.map { member in
            // What cannot be read is not a consumer's: it shows no partitions.
            let assignment = try? ConsumerAssignment(decoding: member.memberAssignment)
            return Member(
                memberID: member.memberID, instanceID: member.groupInstanceID, clientID: member.clientID,
                host: member.clientHost, partitions: assignment?.partitions ?? [])
        }
    }
}
