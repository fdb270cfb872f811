/// The request that writes the markers of transactions' ends into partitions.
///
/// Between Kafka's brokers it is how a transaction ends. Here only an administrator sends it, to end a transaction that
/// hangs.
package struct WriteTxnMarkersRequest: KafkaRequest {
    package static let api = API("WriteTxnMarkers", key: 27, versions: 0...1, flexibleFrom: 1)
    package typealias Response = WriteTxnMarkersResponse

    package var markers: [Marker] = []

    package static var defaults: Self { Self() }
    package mutating func walk<Wire: FieldWalker>(_ wire: inout Wire) throws(Wire.Failure) {
        try wire.field(&markers)
    }

    package struct Marker: WireStructure {
        package var producerID: Int64 = 0
        package var producerEpoch: Int16 = 0
        /// True: commit, false: abort.
        package var transactionResult = false
        package var topics: [TopicPartitions<Int32>] = []
        package var coordinatorEpoch: Int32 = 0

        package static var defaults: Self { Self() }
        package mutating func walk<Wire: FieldWalker>(_ wire: inout Wire) throws(Wire.Failure) {
            try wire.fields(&producerID, &producerEpoch, &transactionResult, &topics)
            try wire.field(&coordinatorEpoch)
        }
    }
}

package struct WriteTxnMarkersResponse: KafkaMessage {
    package static var api: API { WriteTxnMarkersRequest.api }

    package var markers: [Marker] = []

    package static var defaults: Self { Self() }
    package mutating func walk<Wire: FieldWalker>(_ wire: inout Wire) throws(Wire.Failure) {
        try wire.field(&markers)
    }

    package struct Marker: WireStructure {
        package var producerID: Int64 = 0
        package var topics: [TopicPartitions<PartitionResult>] = []

        package static var defaults: Self { Self() }
        package mutating func walk<Wire: FieldWalker>(_ wire: inout Wire) throws(Wire.Failure) {
            try wire.fields(&producerID, &topics)
        }
    }
}
