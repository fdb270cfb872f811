import CRdKafka

extension KafkaError {
    /// From a bare code. Nil for "no error".
    init?(_ code: rd_kafka_resp_err_t, in context: @autoclosure () -> String) {
        guard code != RD_KAFKA_RESP_ERR_NO_ERROR else { return nil }
        self.init(code: Code(code), message: String(cString: rd_kafka_err2str(code)), context: context())
    }

    /// From an error object, which is freed. Nil for "no error".
    init?(consuming error: OpaquePointer?, in context: @autoclosure () -> String) {
        guard let error else { return nil }
        defer { rd_kafka_error_destroy(error) }
        self.init(copying: error, in: context())
    }

    /// From an error object that stays librdkafka's.
    init(copying error: OpaquePointer, in context: String?) {
        self.init(
            code: Code(rd_kafka_error_code(error)),
            message: String(cString: rd_kafka_error_string(error)),
            context: context,
            isRetriable: rd_kafka_error_is_retriable(error) != 0,
            isFatal: rd_kafka_error_is_fatal(error) != 0,
            mustAbortTransaction: rd_kafka_error_txn_requires_abort(error) != 0)
    }

    /// The fatal error that a client has raised, if any: the cause behind a bare `_FATAL`.
    static func raised(by client: OpaquePointer, in context: @autoclosure () -> String) -> KafkaError? {
        let capacity = 512
        return withUnsafeTemporaryAllocation(of: CChar.self, capacity: capacity) { buffer in
            let code = rd_kafka_fatal_error(client, buffer.baseAddress, capacity)
            guard code != RD_KAFKA_RESP_ERR_NO_ERROR else { return nil }
            return KafkaError(
                code: Code(code), message: String(cString: buffer.baseAddress!), context: context(), isFatal: true)
        }
    }
}
