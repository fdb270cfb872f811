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

package struct DescribeTransactionsResponse: KafkaMessage {
    package static var api: API { DescribeTransactionsRequest.api }

    package var throttleTimeMilliseconds: Int32 = 0
    package var transactionStates: [Transaction] = []

    package static var defaults: Self { Self() }
    package mutating func walk<Wire: FieldWalker>(_ wire: inout Wire) throws(Wire.Failure) {
        try wire.fields(&throttleTimeMilliseconds, &transactionStates)
    }

    package struct Transaction: WireStructure {
        package var errorCode = ErrorCode.none
        package var transactionalID = ""
        package var transactionState = ""
        package var transactionTimeoutMilliseconds: Int32 = 0
        package var transactionStartTimeMilliseconds: Int64 = 0
        package var producerID: Int64 = 0
        package var producerEpoch: Int16 = 0
        package var topics: [Topic] = []

        package static var defaults: Self { Self() }
        package mutating func walk<Wire: FieldWalker>(_ wire: inout Wire) throws(Wire.Failure) {
            try wire.fields(&errorCode, &transactionalID, &transactionState, &transactionTimeoutMilliseconds)
            try wire.fields(&transactionStartTimeMilliseconds, &producerID, &producerEpoch, &topics)
        }
    }

    package typealias Topic = TopicPartitions<Int32>
}
