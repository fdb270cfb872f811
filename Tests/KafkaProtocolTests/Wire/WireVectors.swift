import KafkaProtocol
import NIOCore
import TestSupport
import Testing

/// One version of one API: a request's and a response's body, as bytes.
struct WireVectors: CustomTestStringConvertible {
    let type: any KafkaRequest.Type
    let version: Int16
    let request: ByteBuffer
    let response: ByteBuffer

    init(_ type: any KafkaRequest.Type, _ version: Int16, request: String, response: String) {
        self.type = type
        self.version = version
        self.request = ByteBuffer(hex: request)
        self.response = ByteBuffer(hex: response)
    }

    static let all = log + groups + transactions + admin

    var testDescription: String { "\(type.api) version \(version)" }
}
