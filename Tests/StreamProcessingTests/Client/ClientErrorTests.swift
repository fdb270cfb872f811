import KafkaClient
import Testing

@testable import Kafka
@testable import StreamProcessing

/// What the loop makes of the Swift client's errors.
struct ClientErrorTests {
    private func answered(_ code: Kafka.KafkaError.Code) -> ClientError.Code { .init(rawValue: code.rawValue) }

    @Test(
        arguments: [
            (ClientError(.transport, "x"), Fault.dependency(code: "broker_unavailable")),
            (ClientError(.timedOut, "x"), .dependency(code: "broker_unavailable")),
            (ClientError(.authentication, "x"), .dependency(code: "not_authorized")),
            (ClientError(.closed, "x"), .run(code: "client_failed")),
            (ClientError(.state, "x"), .run(code: "client_failed")),
            (ClientError(.state, "x", mustAbortTransaction: true), .dependency(code: "broker_unavailable")),
            (ClientError(.recordTooLarge, "x"), .record(code: "message_too_large")),
            (ClientError(.badBatch, "x"), .run(code: "unreadable_batch")),
            (ClientError(.unsupportedFeature, "x"), .dependency(code: "broker_misconfigured")),
            (ClientError(.protocolViolation, "x"), .unknown),
        ])
    func theClientsOwnErrorsAreFaultsOfTheirKind(_ error: ClientError, _ fault: Fault) {
        #expect(KafkaError(error).fault == fault)
    }

    @Test(
        arguments: [
            (KafkaError.Code.topicAuthorizationFailed, false, Fault.dependency(code: "not_authorized")),
            (.transactionalIDAuthorizationFailed, true, .run(code: "not_authorized")),
            (.producerFenced, true, .run(code: "fenced")),
            (.invalidProducerEpoch, true, .run(code: "fenced")),
            (.invalidProducerIDMapping, true, .run(code: "producer_expired")),
            (.illegalGeneration, false, .dependency(code: "rebalancing")),
            (.unknownMember, false, .dependency(code: "rebalancing")),
            (.rebalanceInProgress, false, .dependency(code: "rebalancing")),
            (.messageTooLarge, false, .record(code: "message_too_large")),
        ])
    func whatBrokersAnswerIsWhatItIsWithTheOtherClient(_ code: KafkaError.Code, _ isFatal: Bool, _ fault: Fault) {
        let error = KafkaError(ClientError(answered(code), "x", isFatal: isFatal, mustAbortTransaction: !isFatal))
        #expect(error.code == code && error.fault == fault)
        #expect(error.isFatal == isFatal && error.mustAbortTransaction == !isFatal && !error.isRetriable)
    }

    @Test func aPositionThatTheLogDoesNotHaveNamesItsPlaceAsTheLoopLooksForIt() {
        let assigned = [KafkaClient.TopicPartition(topic: "fraud-alerts", partition: 12)]
        let error = ClientError(answered(.offsetOutOfRange), "gone", context: "consumer a: fraud-alerts-12")
        let found = KafkaError(reading: error, assigned, in: "alerting")
        #expect(found.code == .autoOffsetReset && !found.isRetriable)
        #expect(found.context == "alerting fraud-alerts[12]")
        #expect(found.fault == .run(code: "log_cut"))
    }

    @Test func aMissingRightNamesItsTopic() {
        let error = ClientError(answered(.topicAuthorizationFailed), "refused", context: "fetching fraud-alerts-3")
        let needs = MissingRight.Needs("alerting", reads: ["fraud-alerts", "orders"])
        let right = MissingRight(KafkaError(error, in: "alerting"), principal: "me", needs: needs)
        #expect(right?.description.hasSuffix("Read on the topic fraud-alerts. Give it") == true, "\(right as Any)")
    }

    @Test func aCallThatRanOutOfTimeSaysWhyThereIsNoConnection() {
        let error = KafkaError(
            ClientError(.timedOut, "not done in time"), in: "fraud",
            connection: ClientError(.transport, "connection refused"))
        #expect(error.message == "not done in time; connection refused" && error.isRetriable)
    }
}
