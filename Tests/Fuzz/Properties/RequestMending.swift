import NIOCore

@testable import BrokerCore
@testable import KafkaProtocol
@testable import KafkaRecords

/// What a member got by the answer to its JoinGroup.
struct CoreMember {
    var id: String
    var generation: Int32
}

/// A script cannot know member ids, and a fuzzer no checksums.
enum RequestMending {
    /// The member id "m" stands for `member`, with its generation, and produced batches get the length and checksum that they should
    /// have.
    static func mended(_ request: any ServedRequest, member: CoreMember?) -> any ServedRequest {
        switch request {
        case var request as ProduceRequest:
            for topic in request.topics.indices {
                for partition in request.topics[topic].partitions.indices {
                    mend(&request.topics[topic].partitions[partition].records)
                }
            }
            return request
        case var request as JoinGroupRequest:
            guard let member, request.memberID == "m" else { return request }
            request.memberID = member.id
            return request
        case var request as SyncGroupRequest:
            guard let member, request.memberID == "m" else { return request }
            request.memberID = member.id
            request.generationID = member.generation
            for index in request.assignments.indices where request.assignments[index].memberID == "m" {
                request.assignments[index].memberID = member.id
            }
            return request
        case var request as HeartbeatRequest:
            guard let member, request.memberID == "m" else { return request }
            request.memberID = member.id
            request.generationID = member.generation
            return request
        case var request as OffsetCommitRequest:
            guard let member, request.memberID == "m" else { return request }
            request.memberID = member.id
            request.generationIDOrMemberEpoch = member.generation
            return request
        case var request as LeaveGroupRequest:
            guard let member else { return request }
            for index in request.members.indices where request.members[index].memberID == "m" {
                request.members[index].memberID = member.id
            }
            return request
        default: return request
        }
    }

    private static func mend(_ records: inout ByteBuffer?) {
        guard let section = records, section.readableBytes >= RecordBatchHeader.size else { return }
        var bytes = Array(section.readableBytesView)
        BatchMending.mend(&bytes, 0..<bytes.count)
        records = ByteBuffer(bytes: bytes)
    }
}
