import CRdKafka

/// librdkafka's own requests to a group's coordinator (DescribeConsumerGroups, ListConsumerGroupOffsets and their like)
/// are not used. When the connection goes at that moment they free what they still need, and abort the process
/// (librdkafka's issues 3663 and 4605, not fixed in 2.15). What is used instead asks each broker (here) or is a
/// consumer's everyday request (``GroupReader``).
extension LibrdkafkaAdmin {
    /// All consumer groups of the cluster, sorted by name.
    func groups(timeout: Duration = .seconds(10)) async throws(KafkaError) -> [GroupListing] {
        try await request("listing groups", timeout: timeout) { client, options, queue in
            rd_kafka_ListConsumerGroups(client, options, queue)
        } result: { event, context throws(KafkaError) in
            let result = rd_kafka_event_ListConsumerGroups_result(event)
            var errors = 0
            if let list = rd_kafka_ListConsumerGroups_result_errors(result, &errors), errors > 0 {
                throw KafkaError(copying: list[0]!, in: context)
            }
            var count = 0
            let listings = rd_kafka_ListConsumerGroups_result_valid(result, &count)
            return UnsafeBufferPointer(start: listings, count: count).map { listing in
                GroupListing(
                    group: String(cString: rd_kafka_ConsumerGroupListing_group_id(listing)),
                    state: GroupState(rd_kafka_ConsumerGroupListing_state(listing)))
            }.sorted { $0.group < $1.group }
        }
    }

    /// The groups' states and members. A group that nobody has heard of is `dead` and empty.
    func describe(groups names: [String], timeout: Duration = .seconds(10)) async throws(KafkaError)
        -> [GroupDescription]
    {
        guard !names.isEmpty else { return [] }
        // Listed first: a broker that does not answer is an error there, and would go unnoticed by the call that gives
        // the members.
        let listed = try await groups(timeout: timeout)
        let states = Dictionary(listed.map { ($0.group, $0.state) }) { first, _ in first }
        let peopled = names.filter { name in states[name].map { $0 != .empty && $0 != .dead } ?? false }
        var described: [String: GroupDescription] = [:]
        if listed.count <= Self.fewGroups + names.count, !peopled.isEmpty {
            for group in try await members(ofGroup: nil, timeout) { described[group.group] = group }
        } else {
            for name in peopled {
                for group in try await members(ofGroup: name, timeout) { described[group.group] = group }
            }
        }
        return try names.map { (name) throws(KafkaError) in
            if let group = described[name] { return group }
            // It has gone since it was listed, or its broker did not answer: which of the two is not known.
            if peopled.contains(name) {
                throw KafkaError(
                    code: .transport, message: "\(name) was listed but not described",
                    context: "\(self.name): describing groups")
            }
            return GroupDescription(group: name, state: states[name] ?? .dead, assignor: "", members: [])
        }
    }

    /// Up to so many groups of others are described along with ours in one request, rather than ours one by one.
    private static let fewGroups = 20

    /// One group, or all that the cluster has.
    private func members(ofGroup name: String?, _ timeout: Duration) async throws(KafkaError) -> [GroupDescription] {
        let context = "\(self.name): describing groups"
        return try await blocking { client throws(KafkaError) in
            var list: UnsafePointer<rd_kafka_group_list>?
            if let error = KafkaError(rd_kafka_list_groups(client, name, &list, timeout.milliseconds), in: context) {
                // A part of the answer may be there.
                if let list { rd_kafka_group_list_destroy(list) }
                throw error
            }
            guard let list else { return [] }
            defer { rd_kafka_group_list_destroy(list) }
            return try UnsafeBufferPointer(start: list.pointee.groups, count: Int(list.pointee.group_cnt)).map {
                group throws(KafkaError) in
                if let error = KafkaError(group.err, in: context) { throw error }
                return GroupDescription(group)
            }
        }
    }
}

extension GroupState {
    init(_ state: rd_kafka_consumer_group_state_t) {
        self = GroupState(rawValue: String(cString: rd_kafka_consumer_group_state_name(state))) ?? .unknown
    }
}

extension GroupDescription {
    init(_ info: rd_kafka_group_info) {
        group = String(cString: info.group)
        state = GroupState(rawValue: String(cString: info.state)) ?? .unknown
        assignor = String(cString: info.protocol)
        members = UnsafeBufferPointer(start: info.members, count: Int(info.member_cnt)).map(GroupMember.init)
    }
}

extension GroupMember {
    init(_ info: rd_kafka_group_member_info) {
        memberID = String(cString: info.member_id)
        clientID = String(cString: info.client_id)
        host = String(cString: info.client_host)
    }
}
