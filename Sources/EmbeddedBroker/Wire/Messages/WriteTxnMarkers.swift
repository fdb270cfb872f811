/// The request that writes the markers of transactions' ends into partitions; versions 0...1.
///
/// Between Kafka's brokers it is how a transaction ends. Here only an administrator sends it, to end a transaction that hangs.
struct WriteTxnMarkersRequest: WireRequest {
    typealias Response = WriteTxnMarkersResponse
    static let apiKey = APIKey.writeTxnMarkers

    var markers: [Marker] = []

    struct Marker: WireStructure {
        var producerID: Int64 = 0
        var producerEpoch: Int16 = 0
        /// True: commit, false: abort.
        var transactionResult = false
        var topics: [Topic] = []
        var coordinatorEpoch: Int32 = 0
    }

    struct Topic: WireStructure {
        var name = ""
        var partitionIndexes: [Int32] = []
    }
}

extension WriteTxnMarkersRequest {
    init(from reader: inout WireReader, version: Int16) throws(WireError) {
        self.init()
        markers = try reader.array(version: version)
        try reader.endStructure()
    }

    func write(to writer: inout WireWriter, version: Int16) {
        writer.array(markers, version: version)
        writer.endStructure()
    }
}

extension WriteTxnMarkersRequest.Marker {
    init(from reader: inout WireReader, version: Int16) throws(WireError) {
        self.init()
        producerID = try reader.int64()
        producerEpoch = try reader.int16()
        transactionResult = try reader.bool()
        topics = try reader.array(version: version)
        coordinatorEpoch = try reader.int32()
        try reader.endStructure()
    }

    func write(to writer: inout WireWriter, version: Int16) {
        writer.int64(producerID)
        writer.int16(producerEpoch)
        writer.bool(transactionResult)
        writer.array(topics, version: version)
        writer.int32(coordinatorEpoch)
        writer.endStructure()
    }
}

extension WriteTxnMarkersRequest.Topic {
    init(from reader: inout WireReader, version: Int16) throws(WireError) {
        self.init()
        name = try reader.string()
        partitionIndexes = try reader.int32s()
        try reader.endStructure()
    }

    func write(to writer: inout WireWriter, version: Int16) {
        writer.string(name)
        writer.int32s(partitionIndexes)
        writer.endStructure()
    }
}

/// The answer to ``WriteTxnMarkersRequest``.
struct WriteTxnMarkersResponse: WireMessage {
    static let apiKey = APIKey.writeTxnMarkers

    var markers: [Marker] = []

    struct Marker: WireStructure {
        var producerID: Int64 = 0
        var topics: [Topic] = []
    }

    struct Topic: WireStructure {
        var name = ""
        var partitions: [Partition] = []
    }

    struct Partition: WireStructure {
        var partitionIndex: Int32 = 0
        var errorCode = ErrorCode.none
    }
}

extension WriteTxnMarkersResponse {
    init(from reader: inout WireReader, version: Int16) throws(WireError) {
        self.init()
        markers = try reader.array(version: version)
        try reader.endStructure()
    }

    func write(to writer: inout WireWriter, version: Int16) {
        writer.array(markers, version: version)
        writer.endStructure()
    }
}

extension WriteTxnMarkersResponse.Marker {
    init(from reader: inout WireReader, version: Int16) throws(WireError) {
        self.init()
        producerID = try reader.int64()
        topics = try reader.array(version: version)
        try reader.endStructure()
    }

    func write(to writer: inout WireWriter, version: Int16) {
        writer.int64(producerID)
        writer.array(topics, version: version)
        writer.endStructure()
    }
}

extension WriteTxnMarkersResponse.Topic {
    init(from reader: inout WireReader, version: Int16) throws(WireError) {
        self.init()
        name = try reader.string()
        partitions = try reader.array(version: version)
        try reader.endStructure()
    }

    func write(to writer: inout WireWriter, version: Int16) {
        writer.string(name)
        writer.array(partitions, version: version)
        writer.endStructure()
    }
}

extension WriteTxnMarkersResponse.Partition {
    init(from reader: inout WireReader, version: Int16) throws(WireError) {
        self.init()
        partitionIndex = try reader.int32()
        errorCode = try reader.errorCode()
        try reader.endStructure()
    }

    func write(to writer: inout WireWriter, version: Int16) {
        writer.int32(partitionIndex)
        writer.errorCode(errorCode)
        writer.endStructure()
    }
}
