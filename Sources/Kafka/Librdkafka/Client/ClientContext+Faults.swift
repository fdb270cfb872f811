import CRdKafka
import Logging

// Why connections fail, in words for people.
extension ClientContext {
    /// Any thread of librdkafka's.
    static let certificateCallback:
        @convention(c) (
            OpaquePointer?, UnsafePointer<CChar>?, Int32, UnsafeMutablePointer<Int32>?, Int32, UnsafePointer<CChar>?,
            Int, UnsafeMutablePointer<CChar>?, Int, UnsafeMutableRawPointer?
        ) -> Int32 = { _, _, _, error, depth, _, _, reason, capacity, opaque in
            // OpenSSL's verdict stands: nothing is allowed that it refused.
            guard let code = error?.pointee, code != 0 else { return 1 }
            ClientContext.from(opaque)?.state.withLock { $0.certificate = CertificateProblem(code: code, depth: depth) }
            if let reason, capacity > 0 { reason.pointee = 0 }
            return 0
        }

    static let throttleCallback:
        @convention(c) (OpaquePointer?, UnsafePointer<CChar>?, Int32, Int32, UnsafeMutableRawPointer?) -> Void = {
            _, broker, _, milliseconds, opaque in
            guard let context = ClientContext.from(opaque) else { return }
            context.noteThrottling(
                by: broker.map { String(cString: $0) } ?? "a broker", .milliseconds(Int(milliseconds)))
        }

    /// A line of librdkafka's log on a connection that failed.
    /// - Returns: whether it was understood, and what it means is written.
    @discardableResult
    func noteFault(_ line: String, severity: Int32) -> Bool {
        // The client was closed while it connected, or a group's coordinator changed: that is nobody's fault.
        if line.contains("Local: Broker handle destroyed") || line.contains("due to nodename change") { return true }
        let certificate = state.withLock { $0.certificate.take() }
        guard let fault = ConnectionFault(line, settings: security.settings, certificate: certificate) else {
            return false
        }
        state.withLock { state in
            state.status.lastFault = fault
            state.status.faultAt = .now
        }
        // At least as loud as librdkafka: an idle connection that was closed is no news.
        let level: Logger.Level = severity <= 3 ? .warning : .debug
        guard FaultLines.shared.isNew("\(fault)", at: .now) else {
            logger.debug("\(fault)", metadata: ["client": "\(name)"])
            return true
        }
        logger.log(level: level, "\(fault)", metadata: ["client": "\(name)", "reason": "\(fault.kind.rawValue)"])
        return true
    }

    /// The certificates are why the connection does not stand, at the last try.
    var failsOverCertificates: Bool {
        state.withLock { state in
            guard let fault = state.status.lastFault, let at = state.status.faultAt else { return false }
            // librdkafka says the same again after half a minute only.
            return fault.isAboutCertificates && ContinuousClock.now - at < .seconds(40)
        }
    }

    /// An error in the words of the fault that caused it.
    func explained(_ error: KafkaError) -> KafkaError {
        guard error.code.isOfConnection,
            let fault = ConnectionFault(error.message, settings: security.settings)
                ?? state.withLock({ $0.status.fault })
        else { return error }
        return KafkaError(
            code: error.code, message: "\(fault)", context: error.context, isRetriable: error.isRetriable,
            isFatal: error.isFatal, mustAbortTransaction: error.mustAbortTransaction)
    }

    private func noteThrottling(by broker: String, _ delay: Duration) {
        guard delay > .zero else { return }
        KafkaQuota.throttled.increment(by: Int64(delay.milliseconds))
        guard FaultLines.shared.isNew(KafkaQuota.line, at: .now) else { return }
        logger.warning(
            "the cluster slows this client down, as a quota is used up; raise the quota, or expect delays",
            metadata: ["client": "\(name)", "broker": "\(broker)", "delay": "\(delay)"])
    }
}
