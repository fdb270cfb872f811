import NIOCore

@testable import EmbeddedBroker

/// What a member was told by the answer to its JoinGroup.
struct CoreMember {
    var id: String
    var generation: Int32
}

extension BrokerRequest {
    /// A script cannot know member ids, and a fuzzer no checksums: the member id "m" stands for `member`, with its generation,
    /// and produced batches get the length and checksum that they should have.
    func mended(member: CoreMember?) -> BrokerRequest {
        switch self {
        case .produce(var request):
            for topic in request.topics.indices {
                for partition in request.topics[topic].partitions.indices {
                    Self.mend(&request.topics[topic].partitions[partition].records)
                }
            }
            return .produce(request)
        case .joinGroup(var request):
            guard let member, request.memberID == "m" else { return self }
            request.memberID = member.id
            return .joinGroup(request)
        case .syncGroup(var request):
            guard let member, request.memberID == "m" else { return self }
            request.memberID = member.id
            request.generationID = member.generation
            for index in request.assignments.indices where request.assignments[index].memberID == "m" {
                request.assignments[index].memberID = member.id
            }
            return .syncGroup(request)
        case .heartbeat(var request):
            guard let member, request.memberID == "m" else { return self }
            request.memberID = member.id
            request.generationID = member.generation
            return .heartbeat(request)
        case .offsetCommit(var request):
            guard let member, request.memberID == "m" else { return self }
            request.memberID = member.id
            request.generationIDOrMemberEpoch = member.generation
            return .offsetCommit(request)
        case .leaveGroup(var request):
            guard let member else { return self }
            for index in request.members.indices where request.members[index].memberID == "m" {
                request.members[index].memberID = member.id
            }
            return .leaveGroup(request)
        default: return self
        }
    }

    private static func mend(_ records: inout ByteBuffer?) {
        guard let section = records, section.readableBytes >= RecordBatchHeader.size else { return }
        var bytes = Array(section.readableBytesView)
        BatchMending.mend(&bytes, 0..<bytes.count)
        records = ByteBuffer(bytes: bytes)
    }
}
