import CRdKafka

extension KafkaAdmin {
    /// All consumer groups of the cluster, sorted by name.
    public func groups(timeout: Duration = .seconds(10)) async throws(KafkaError) -> [GroupListing] {
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
    public func describe(groups names: [String], timeout: Duration = .seconds(10)) async throws(KafkaError) -> [GroupDescription]
    {
        guard !names.isEmpty else { return [] }
        return try await request("describing groups", timeout: timeout) { client, options, queue in
            CStrings.with(names) { rd_kafka_DescribeConsumerGroups(client, $0, names.count, options, queue) }
        } result: { event, context throws(KafkaError) in
            var count = 0
            let result = rd_kafka_event_DescribeConsumerGroups_result(event)
            let groups = rd_kafka_DescribeConsumerGroups_result_groups(result, &count)
            var descriptions: [GroupDescription] = []
            for group in UnsafeBufferPointer(start: groups, count: count) {
                let name = String(cString: rd_kafka_ConsumerGroupDescription_group_id(group))
                if let error = rd_kafka_ConsumerGroupDescription_error(group),
                    rd_kafka_error_code(error) != RD_KAFKA_RESP_ERR_NO_ERROR
                {
                    throw KafkaError(copying: error, in: "\(context): \(name)")
                }
                descriptions.append(GroupDescription(group!, name: name))
            }
            return descriptions
        }
    }

    /// Deletes groups that have no members, with their committed offsets.
    public func deleteGroups(_ names: [String], timeout: Duration = .seconds(10)) async throws(KafkaError) {
        guard !names.isEmpty else { return }
        try await request("deleting groups", timeout: timeout) { client, options, queue in
            var groups: [OpaquePointer?] = names.map { rd_kafka_DeleteGroup_new($0) }
            rd_kafka_DeleteGroups(client, &groups, groups.count, options, queue)
            groups.forEach { rd_kafka_DeleteGroup_destroy($0) }
        } result: { event, context throws(KafkaError) in
            var count = 0
            let results = rd_kafka_DeleteGroups_result_groups(rd_kafka_event_DeleteGroups_result(event), &count)
            for result in UnsafeBufferPointer(start: results, count: count) { try Self.checkGroup(result!, context) }
        }
    }

    /// Throws the error that a group's result carries, if any.
    static func checkGroup(_ result: OpaquePointer, _ context: String) throws(KafkaError) {
        let name = String(cString: rd_kafka_group_result_name(result))
        if let error = rd_kafka_group_result_error(result) { throw KafkaError(copying: error, in: "\(context): \(name)") }
        if let partitions = rd_kafka_group_result_partitions(result),
            let error = TopicPartitionList.firstError(of: partitions, in: "\(context): \(name)")
        {
            throw error
        }
    }
}

extension GroupState {
    init(_ state: rd_kafka_consumer_group_state_t) {
        self = GroupState(rawValue: String(cString: rd_kafka_consumer_group_state_name(state))) ?? .unknown
    }
}

extension GroupDescription {
    init(_ description: OpaquePointer, name: String) {
        group = name
        state = GroupState(rd_kafka_ConsumerGroupDescription_state(description))
        assignor = rd_kafka_ConsumerGroupDescription_partition_assignor(description).map { String(cString: $0) } ?? ""
        members = (0..<rd_kafka_ConsumerGroupDescription_member_count(description)).map { index in
            GroupMember(rd_kafka_ConsumerGroupDescription_member(description, index))
        }
    }
}

extension GroupMember {
    init(_ member: OpaquePointer?) {
        memberID = String(cString: rd_kafka_MemberDescription_consumer_id(member))
        clientID = String(cString: rd_kafka_MemberDescription_client_id(member))
        host = String(cString: rd_kafka_MemberDescription_host(member))
        let partitions = rd_kafka_MemberDescription_assignment(member).flatMap { rd_kafka_MemberAssignment_partitions($0) }
        assignment = partitions.map { TopicPartitionList.partitions(of: $0) }?.sorted() ?? []
    }
}

/// Swift strings as C's array of them.
enum CStrings {
    static func with(_ strings: [String], _ body: (UnsafeMutablePointer<UnsafePointer<CChar>?>) -> Void) {
        let copies = strings.map { string in
            let bytes = string.utf8CString
            let copy = UnsafeMutablePointer<CChar>.allocate(capacity: bytes.count)
            bytes.withUnsafeBufferPointer { copy.initialize(from: $0.baseAddress!, count: bytes.count) }
            return copy
        }
        defer { copies.forEach { $0.deallocate() } }
        var pointers = copies.map { UnsafePointer<CChar>?($0) }
        pointers.withUnsafeMutableBufferPointer { body($0.baseAddress!) }
    }
}
