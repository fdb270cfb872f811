import KafkaProtocol

/// An answer that may say how long the broker wants no further request on the connection (KIP-219).
protocol ThrottledResponse {
    var throttleTimeMilliseconds: Int32 { get }
}

extension ErrorResponse: ThrottledResponse {}
extension ResultsResponse: ThrottledResponse {}
extension PartitionsResponse: ThrottledResponse {}
extension ProduceResponse: ThrottledResponse {}
extension MetadataResponse: ThrottledResponse {}
extension FindCoordinatorResponse: ThrottledResponse {}
extension InitProducerIDResponse: ThrottledResponse {}
extension ApiVersionsResponse: ThrottledResponse {}
extension DescribeACLsResponse: ThrottledResponse {}
extension DescribeClusterResponse: ThrottledResponse {}
extension DescribeLogDirsResponse: ThrottledResponse {}
extension FetchResponse: ThrottledResponse {}
extension JoinGroupResponse: ThrottledResponse {}
extension LeaveGroupResponse: ThrottledResponse {}
extension ListGroupsResponse: ThrottledResponse {}
extension ListTransactionsResponse: ThrottledResponse {}
extension OffsetDeleteResponse: ThrottledResponse {}
extension OffsetFetchResponse: ThrottledResponse {}
extension SyncGroupResponse: ThrottledResponse {}
