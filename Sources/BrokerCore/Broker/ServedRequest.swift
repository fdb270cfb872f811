import BrokerRights
import KafkaProtocol
import NIOCore

/// A request that the broker serves, of which is known what it takes rights for.
package protocol ServedRequest: AuthorizedRequest {
    /// The method of the core that answers it, now or later.
    static var handler: Handler<Self> { get }

    /// Calls the handler. A requirement, so that it is compiled for each request.
    func serve(_ core: Broker, _ context: RequestContext)
}

package typealias Handler<Request> = (Broker) -> (RequestContext, Request) -> Void

extension ServedRequest {
    package func serve(_ core: Broker, _ context: RequestContext) { Self.handler(core)(context, self) }
}

/// The APIs that the broker serves. To serve another one, let its request conform to ``ServedRequest`` and name it
/// here.
package enum ServedAPIs {
    static let requests: [any ServedRequest.Type] = [
        ProduceRequest.self,
        FetchRequest.self,
        ListOffsetsRequest.self,
        MetadataRequest.self,
        OffsetCommitRequest.self,
        OffsetFetchRequest.self,
        FindCoordinatorRequest.self,
        JoinGroupRequest.self,
        HeartbeatRequest.self,
        LeaveGroupRequest.self,
        SyncGroupRequest.self,
        DescribeGroupsRequest.self,
        ListGroupsRequest.self,
        SaslHandshakeRequest.self,
        ApiVersionsRequest.self,
        CreateTopicsRequest.self,
        DeleteTopicsRequest.self,
        DeleteRecordsRequest.self,
        InitProducerIDRequest.self,
        OffsetForLeaderEpochRequest.self,
        AddPartitionsToTxnRequest.self,
        AddOffsetsToTxnRequest.self,
        EndTxnRequest.self,
        WriteTxnMarkersRequest.self,
        TxnOffsetCommitRequest.self,
        DescribeACLsRequest.self,
        DescribeConfigsRequest.self,
        AlterConfigsRequest.self,
        DescribeLogDirsRequest.self,
        SaslAuthenticateRequest.self,
        CreatePartitionsRequest.self,
        DeleteGroupsRequest.self,
        IncrementalAlterConfigsRequest.self,
        OffsetDeleteRequest.self,
        DescribeClusterRequest.self,
        DescribeProducersRequest.self,
        DescribeTransactionsRequest.self,
        ListTransactionsRequest.self,
    ]

    /// The requests at the places of their keys.
    private static let byKey: [(any ServedRequest.Type)?] = {
        let last = requests.map { $0.api.key }.max() ?? 0
        var table = [(any ServedRequest.Type)?](repeating: nil, count: Int(last) + 1)
        for request in requests { table[Int(request.api.key)] = request }
        return table
    }()

    static func type(_ key: Int16) -> (any ServedRequest.Type)? {
        byKey.indices.contains(Int(key)) ? byKey[Int(key)] : nil
    }

    /// Reads one frame (without its length prefix).
    ///
    /// Throws where the frame is malformed, unknown or of an unsupported version; the connection then has to be closed.
    package static func decode(_ frame: ByteBuffer) throws(WireError) -> (
        header: RequestHeader, request: any ServedRequest
    ) {
        var reader = WireReader(frame)
        let header = try RequestHeader(from: &reader) { key in type(key)?.api }
        guard header.isSupported, let type = type(header.api.key) else { return (header, ApiVersionsRequest()) }
        let request = try type.init(from: &reader)
        // Bytes after the body are skipped, as Kafka does: librdkafka 2.0.2 ends some requests with tagged fields
        // twice.
        return (header, request)
    }
}
