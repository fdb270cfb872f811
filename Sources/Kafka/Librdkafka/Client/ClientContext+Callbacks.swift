import CRdKafka
import Logging

// The C callbacks. They run on librdkafka's threads or inside a poll, so none may be isolated to an actor,
// and none may capture anything: what they need hangs on the opaque pointer.

extension ClientContext {
    static let logCallback:
        @convention(c) (OpaquePointer?, Int32, UnsafePointer<CChar>?, UnsafePointer<CChar>?) -> Void = {
            client, level, facility, text in
            guard let client, let text, let context = ClientContext.from(rd_kafka_opaque(client)) else { return }
            let facility = facility.map { String(cString: $0) } ?? ""
            if facility == "GETPID" { context.noteRefusedIdentity(String(cString: text)) }
            if facility == "TXNERR" { context.noteTransactionFault(String(cString: text)) }
            if facility == "FAIL", context.noteFault(String(cString: text), severity: level) { return }
            // Its reason comes with the line of the connection that it fails.
            if facility == "SSLCERTVRFY" { return }
            let line = String(cString: text)
            // A login that broke off, as of a client that is being closed: the broker refused nothing, and that no
            // broker can be reached is reported elsewhere.
            let isOwnTrouble = facility == "FAIL" && line.contains("failed: Local: ")
            let level = isOwnTrouble ? .info : Logger.Level(syslog: level, facility: facility)
            guard context.logger.logLevel <= level else { return }
            context.logger.log(
                level: level, "\(line)", metadata: ["facility": "\(facility)"], source: "librdkafka")
        }

    /// A broker that answers InitProducerId with INVALID_PRODUCER_ID_MAPPING has forgotten the producer. librdkafka
    /// asks again every half a second, indefinitely. Neither a call's error nor the error callback reports it. Only
    /// this line of its log does (`rd_kafka_idemp_request_pid_failed`).
    private func noteRefusedIdentity(_ line: String) {
        let code = RD_KAFKA_RESP_ERR_INVALID_PRODUCER_ID_MAPPING
        let reason = String(cString: rd_kafka_err2str(code))
        guard line.contains(reason), state.withLock({ $0.status.fatalError == nil }) else { return }
        report(KafkaError(code: KafkaError.Code(code), message: reason, context: name, isFatal: true))
    }

    /// Once a transaction has failed, sending offsets is refused as out of order, without the reason. It is at the end of
    /// this line of the log, as `(TOPIC_AUTHORIZATION_FAILED)` (`rd_kafka_txn_set_abortable_error0`).
    private func noteTransactionFault(_ line: String) {
        guard let start = line.lastIndex(of: "("), let end = line.lastIndex(of: ")"), start < end else { return }
        let name = line[line.index(after: start)..<end]
        var (errors, count): (UnsafePointer<rd_kafka_err_desc>?, Int) = (nil, 0)
        rd_kafka_get_err_descs(&errors, &count)
        let found = UnsafeBufferPointer(start: errors, count: count).first { error in
            error.name.map { String(cString: $0) == name } ?? false
        }
        guard let found else { return }
        state.withLock { $0.transactionFault = KafkaError.Code(found.code) }
    }

    static let errorCallback:
        @convention(c) (OpaquePointer?, Int32, UnsafePointer<CChar>?, UnsafeMutableRawPointer?) -> Void = {
            client, code, reason, opaque in
            guard let client, let context = ClientContext.from(opaque) else { return }
            context.report(client: client, code: rd_kafka_resp_err_t(code), reason: reason)
        }

    /// Hooked in when the client is made: the only way to learn that a connection stands again.
    static let onNew:
        @convention(c) (
            OpaquePointer?, OpaquePointer?, UnsafeMutableRawPointer?, UnsafeMutablePointer<CChar>?, Int
        ) -> rd_kafka_resp_err_t = { client, _, opaque, _, _ in
            rd_kafka_interceptor_add_on_broker_state_change(client, "status", ClientContext.onBrokerState, opaque)
        }

    private static let onBrokerState:
        @convention(c) (
            OpaquePointer?, Int32, UnsafePointer<CChar>?, UnsafePointer<CChar>?, Int32, UnsafePointer<CChar>?,
            UnsafeMutableRawPointer?
        ) -> rd_kafka_resp_err_t = { _, _, _, name, port, state, opaque in
            guard let name, let state, let context = ClientContext.from(opaque) else {
                return RD_KAFKA_RESP_ERR_NO_ERROR
            }
            // Not by the broker's id, which becomes known only while the connection stands.
            context.note(broker: "\(String(cString: name)):\(port)", state: String(cString: state))
            return RD_KAFKA_RESP_ERR_NO_ERROR
        }

    func report(client: OpaquePointer, code: rd_kafka_resp_err_t, reason: UnsafePointer<CChar>?, isFatal: Bool = false)
    {
        if code == RD_KAFKA_RESP_ERR__FATAL || isFatal, let error = KafkaError.raised(by: client, in: name) {
            report(error)
        } else {
            let message = reason.map { String(cString: $0) } ?? String(cString: rd_kafka_err2str(code))
            report(KafkaError(code: KafkaError.Code(code), message: message, context: name))
        }
    }
}

extension Logger.Level {
    /// From a syslog severity (0 emergency … 7 debug), as librdkafka uses it.
    init(syslog level: Int32, facility: String) {
        switch level {
        // "This property is for the other kind of client": expected, as one set of settings serves both kinds.
        case _ where facility == "CONFWARN": self = .debug
        // A broker that is away for a while is no error of this program's.
        case _ where facility == "FAIL": self = .warning
        case ...2: self = .critical
        case 3: self = .error
        case 4: self = .warning
        case 5: self = .notice
        case 6: self = .info
        default: self = .debug
        }
    }
}
