/// The request that shows the state of transactions.
package struct DescribeTransactionsRequest: KafkaRequest {
    package static let api = API("DescribeTransactions", key: 65, versions: 0...0, flexibleFrom: 0)
    package typealias Response = DescribeTransactionsResponse

    package var transactionalIDs: [String] = []

    package static var defaults: Self { Self() }
    package mutating func walk<Wire: FieldWalker>(_ wire: inout Wire) throws(Wire.Failure) {
        try wire.field(&transactionalIDs)
    }
}

package typealias DescribeTransactionsResponse = ResultsResponse<
    DescribeTransactionsRequest, DescribeTransactionsResult
>

/// Where one transactional id stands.
package struct DescribeTransactionsResult: WireStructure {
    package var errorCode = ErrorCode.none
    package var transactionalID = ""
    package var transactionState = ""
    package var transactionTimeoutMilliseconds: Int32 = 0
    package var transactionStartTimeMilliseconds: Int64 = 0
    package var producerID: Int64 = 0
    package var producerEpoch: Int16 = 0
    package var topics: [TopicPartitions<Int32>] = []

    package static var defaults: Self { Self() }
    package mutating func walk<Wire: FieldWalker>(_ wire: inout Wire) throws(Wire.Failure) {
        try wire.fields(&errorCode, &transactionalID, &transactionState, &transactionTimeoutMilliseconds)
        try wire.fields(&transactionStartTimeMilliseconds, &producerID, &producerEpoch, &topics)
    }
}
