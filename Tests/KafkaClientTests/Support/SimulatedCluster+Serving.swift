import KafkaProtocol
import NIOCore

@testable import KafkaClient

extension SimulatedCluster {
    static let served: [any KafkaRequest.Type] = [
        ApiVersionsRequest.self, MetadataRequest.self, FindCoordinatorRequest.self, InitProducerIDRequest.self,
        ProduceRequest.self, AddPartitionsToTxnRequest.self, AddOffsetsToTxnRequest.self, TxnOffsetCommitRequest.self,
        EndTxnRequest.self, HeartbeatRequest.self, SaslHandshakeRequest.self, SaslAuthenticateRequest.self,
    ]

    /// The chunks of the answer; nil where none comes.
    func serve(_ frame: ByteBuffer, _ broker: SimulatedBroker) throws -> [ByteBuffer]? {
        var reader = WireReader(frame)
        let header = try RequestHeader(from: &reader) { key in Self.served.first { $0.api.key == key }?.api }
        broker.received[header.api, default: 0] += 1
        if header.api == ApiVersionsRequest.api { return versions(header) }
        if let handler = handlers[header.api] { return handler(header, reader, broker) }
        let error = broker.takeError(header.api)
        switch header.api {
        case MetadataRequest.api: return try answer(header, reader) { metadata($0 as MetadataRequest) }
        case FindCoordinatorRequest.api: return try answer(header, reader) { find($0, header.version, error) }
        case HeartbeatRequest.api:
            return try answer(header, reader) { (request: HeartbeatRequest) in
                HeartbeatResponse {
                    $0.errorCode = error ?? coordinatorError(request.groupID, broker)
                    $0.throttleTimeMilliseconds = broker.throttle
                }
            }
        case ProduceRequest.api: return try answer(header, reader) { produce($0, header.version, broker, error) }
        case InitProducerIDRequest.api: return try answer(header, reader) { initProducer($0, broker, error) }
        case AddPartitionsToTxnRequest.api: return try answer(header, reader) { addPartitions($0, broker, error) }
        case AddOffsetsToTxnRequest.api: return try answer(header, reader) { addOffsets($0, broker, error) }
        case TxnOffsetCommitRequest.api:
            return try answer(header, reader) { commitOffsets($0, header.version, broker, error) }
        case EndTxnRequest.api:
            return try answer(header, reader) { endTransaction($0, header.version, broker, error) }
        default: fatalError("\(header.api) is not served")
        }
    }

    func answer<Request: KafkaRequest>(
        _ header: RequestHeader, _ reader: WireReader, _ body: (Request) -> Request.Response
    ) throws -> [ByteBuffer] {
        var reader = reader
        return WireFrame.response(
            body(try Request(from: &reader)), version: header.version, correlationID: header.correlationID)
    }

    private func versions(_ header: RequestHeader) -> [ByteBuffer] {
        let known = offered[ApiVersionsRequest.api] ?? ApiVersionsRequest.api.versions
        let isKnown = known.contains(header.version)
        let answer = ApiVersionsResponse {
            $0.errorCode = isKnown ? .none : .unsupportedVersion
            $0.apis = Self.served.filter { isKnown || $0.api == ApiVersionsRequest.api }.map { request in
                let range = offered[request.api] ?? request.api.versions
                return .init {
                    $0.apiKey = request.api.key
                    $0.minVersion = range.lowerBound
                    $0.maxVersion = range.upperBound
                }
            }
            $0.finalizedFeaturesEpoch = 1
            $0.finalizedFeatures = [
                .init { ($0.name, $0.maxVersionLevel) = ("transaction.version", ownEpochs ? 2 : 1) }
            ]
        }
        return WireFrame.response(
            answer, version: isKnown ? header.version : 0, correlationID: header.correlationID)
    }

    private func metadata(_ request: MetadataRequest) -> MetadataResponse {
        let names = request.topics?.compactMap(\.name) ?? topics.keys.sorted()
        if createsTopics {
            for name in names where topics[name] == nil {
                topics[name] = SimulatedTopic(partitions: 3, brokers: brokers)
            }
        }
        return MetadataResponse {
            $0.brokers = brokers.filter { advertised?.contains($0.id) ?? $0.isUp }.map { broker in
                .init {
                    $0.nodeID = broker.id
                    $0.host = broker.address.host
                    $0.port = Int32(broker.address.port)
                }
            }
            $0.controllerID = controller
            $0.topics = names.map { name in
                guard let topic = topics[name] else {
                    return .init {
                        $0.name = name
                        $0.errorCode = .unknownTopicOrPartition
                    }
                }
                return topic.metadata(name)
            }
        }
    }

    private func find(
        _ request: FindCoordinatorRequest, _ version: Int16, _ error: ErrorCode?
    ) -> FindCoordinatorResponse {
        let key = version >= 4 ? request.coordinatorKeys[0] : request.key
        let broker = brokers.first { $0.id == coordinators[key] ?? 0 }!
        return FindCoordinatorResponse {
            guard version >= 4 else {
                $0.errorCode = error ?? .none
                ($0.nodeID, $0.host, $0.port) = (broker.id, broker.address.host, Int32(broker.address.port))
                return
            }
            $0.coordinators = [
                .init {
                    $0.key = key
                    $0.errorCode = error ?? .none
                    ($0.nodeID, $0.host, $0.port) = (broker.id, broker.address.host, Int32(broker.address.port))
                }
            ]
        }
    }

    func coordinatorError(_ key: String, _ broker: SimulatedBroker) -> ErrorCode {
        coordinators[key] ?? 0 == broker.id ? .none : .notCoordinator
    }
}
