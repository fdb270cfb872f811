import Kafka
import Testing

@testable import StreamProcessing

@Suite struct FaultTests {
    private struct Strange: Error {}

    @Test func anErrorThatDoesNotSayWhatItIsIsUnknown() {
        #expect(Fault(Strange()) == .unknown)
        #expect(Fault.unknown.code == "processing_failed")
        #expect(Fault(CancellationError()) == .unknown)
    }

    @Test func whatTheClientLibraryCallsFatalEndsTheLife() {
        #expect(KafkaError(code: .fenced, message: "", isFatal: true).fault == .run(code: "fenced"))
        #expect(KafkaError(code: .producerFenced, message: "", isFatal: true).fault == .run(code: "fenced"))
        #expect(KafkaError(code: .transport, message: "", isFatal: true).fault == .run(code: "client_failed"))
        #expect(
            KafkaError(code: .invalidProducerEpoch, message: "", mustAbortTransaction: true).fault
                == .run(code: "fenced"))
        #expect(KafkaError(code: .closed, message: "").fault == .run(code: "client_failed"))
        #expect(KafkaError(code: .state, message: "no transaction has begun").fault == .run(code: "client_failed"))
    }

    @Test(arguments: [
        KafkaError.Code.transport, .allBrokersDown, .resolve, .timedOut, .messageTimedOut, .queueFull,
        .concurrentTransactions,
        .unknownTopicOrPartition,
    ])
    func aBrokerThatIsAwayIsWaitedFor(_ code: KafkaError.Code) {
        #expect(KafkaError(code: code, message: "").fault == .dependency(code: "broker_unavailable"))
    }

    @Test func aTransactionThatMustBeAbortedIsTriedAgain() {
        #expect(
            KafkaError(code: .state, message: "", mustAbortTransaction: true).fault
                == .dependency(code: "broker_unavailable"))
        #expect(
            KafkaError(code: .messageTimedOut, message: "", mustAbortTransaction: true).fault
                == .dependency(code: "broker_unavailable"))
    }

    @Test(arguments: [KafkaError.Code.illegalGeneration, .unknownMember, .rebalanceInProgress, .maxPollExceeded])
    func aGroupThatMovedOnIsNoFaultOfARecord(_ code: KafkaError.Code) {
        #expect(
            KafkaError(code: code, message: "", mustAbortTransaction: true).fault == .dependency(code: "rebalancing"))
    }

    @Test func refusalsWaitForAPerson() {
        #expect(KafkaError(code: .topicAuthorizationFailed, message: "").fault == .dependency(code: "not_authorized"))
        #expect(KafkaError(code: .authentication, message: "").fault == .dependency(code: "not_authorized"))
    }

    @Test(
        arguments: [KafkaError.Code.invalidProducerIDMapping, .unknownProducerID],
        [(false, false), (false, true), (true, false)])
    func aProducerThatTheClusterHasForgottenEndsTheLifeWhateverTheFlags(
        _ code: KafkaError.Code, _ flags: (fatal: Bool, abort: Bool)
    ) {
        let error = KafkaError(code: code, message: "", isFatal: flags.fatal, mustAbortTransaction: flags.abort)
        #expect(error.fault == .run(code: "producer_expired"))
    }

    @Test func aPlaceThatTheLogDoesNotHaveAnyMoreEndsTheLifeWhichFindsOutWhatWasCut() {
        #expect(KafkaError(code: .autoOffsetReset, message: "").fault == .run(code: "log_cut"))
        #expect(KafkaError(code: .offsetOutOfRange, message: "").fault == .run(code: "log_cut"))
    }

    @Test func aBatchThatNobodyCanReadIsNamed() {
        #expect(KafkaError(code: .badMessage, message: "").fault == .run(code: "unreadable_batch"))
        #expect(KafkaError(code: .badCompression, message: "").fault == .run(code: "unreadable_batch"))
    }

    @Test func aRecordThatIsTooLargeIsARecordsFault() {
        #expect(KafkaError(code: .messageTooLarge, message: "").fault == .record(code: "message_too_large"))
    }

    @Test func aBrokenStateEndsTheLife() {
        #expect(StateError(.database, path: "p", detail: "d").fault == .run(code: "state_failed"))
    }
}

@Suite struct RedactionTests {
    @Test func ofAURLOnlySchemeHostAndPortAreShown() {
        #expect(Redaction.shown("https://user:pw@host:8443/path?token=s3cret failed") == "https://host:8443 failed")
        #expect(Redaction.shown("GET \"http://a/x\", then (http://b?y)") == "GET \"http://a\", then (http://b)")
        #expect(Redaction.shown("no URL: at all") == "no URL: at all")
        #expect(Redaction.shown("http://") == "http://")
    }

    @Test func longTextIsCut() {
        #expect(Redaction.shown(String(repeating: "x", count: 5_000)).count == 501)
    }
}
