/// The request that lists transactions.
package struct ListTransactionsRequest: KafkaRequest {
    package static let api = API("ListTransactions", key: 66, versions: 0...1, flexibleFrom: 0)
    package typealias Response = ListTransactionsResponse

    package var stateFilters: [String] = []
    package var producerIDFilters: [Int64] = []
    package var durationFilter: Int64 = -1

    package static var defaults: Self { Self() }
    package mutating func walk<Wire: FieldWalker>(_ wire: inout Wire) throws(Wire.Failure) {
        try wire.fields(&stateFilters, &producerIDFilters)
        try wire.field(&durationFilter, since: 1)
    }
}

package struct ListTransactionsResponse: KafkaMessage {
    package static var api: API { ListTransactionsRequest.api }

    package var throttleTimeMilliseconds: Int32 = 0
    package var errorCode = ErrorCode.none
    package var unknownStateFilters: [String] = []
    package var transactionStates: [Transaction] = []

    package static var defaults: Self { Self() }
    package mutating func walk<Wire: FieldWalker>(_ wire: inout Wire) throws(Wire.Failure) {
        try wire.fields(&throttleTimeMilliseconds, &errorCode, &unknownStateFilters, &transactionStates)
    }

    package struct Transaction: WireStructure {
        package var transactionalID = ""
        package var producerID: Int64 = 0
        package var transactionState = ""

        package static var defaults: Self { Self() }
        package mutating func walk<Wire: FieldWalker>(_ wire: inout Wire) throws(Wire.Failure) {
            try wire.fields(&transactionalID, &producerID, &transactionState)
        }
    }
}
