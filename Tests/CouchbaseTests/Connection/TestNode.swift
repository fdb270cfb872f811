import NIOCore

@testable import Couchbase

/// The other end of a connection, as far as a bootstrap needs it: the exchange of RFC 7677 with user and pencil.
struct TestNode {
    var mechanisms = "SCRAM-SHA256 PLAIN"
    var password = Status.success
    var bucket = Status.success
    var signature = SASLMechanismTests.Login.signature
    var config = ClusterConfigTests.text
    var features = Feature.wanted
    private var decoder = FrameDecoder()

    static var settings: KVConnection.Settings {
        KVConnection.Settings(
            host: "10.0.0.1", credentials: Credentials(username: "user", password: "pencil"), bucket: "orders",
            isEncrypted: false, agent: "test", nonce: SASLMechanismTests.Login.nonce)
    }

    mutating func requests(in bytes: ByteBuffer) throws -> [RequestFrame] {
        decoder.append(bytes)
        var requests: [RequestFrame] = []
        while let frame = try decoder.next() {
            if case .request(let request) = frame { requests.append(request) }
        }
        return requests
    }

    func response(to request: RequestFrame) -> ResponseFrame {
        var response = ResponseFrame(opcode: request.opcode, status: .success, opaque: request.opaque)
        switch request.opcode {
        case .hello: for feature in features { response.value.writeInteger(feature.rawValue) }
        case .saslListMechanisms: response.value = ByteBuffer(string: mechanisms)
        case .saslAuth where request.key == ByteBuffer(string: "SCRAM-SHA256"):
            response.status = .authContinue
            response.value = ByteBuffer(string: SASLMechanismTests.Login.challenge)
        case .saslAuth: response.status = request.key == ByteBuffer(string: "PLAIN") ? password : .notSupported
        case .saslStep:
            response.status = password
            response.value = ByteBuffer(string: signature)
        case .selectBucket: response.status = bucket
        case .getClusterConfig: response.value = ByteBuffer(string: config)
        default: response.status = .unknownCommand
        }
        return response
    }

    /// Answers everything until the connection has nothing more to say.
    mutating func converse(_ connection: inout KVConnection, _ first: [KVConnection.Action]) throws
        -> (rounds: Int, actions: [KVConnection.Action])
    {
        var pending = first
        var others: [KVConnection.Action] = []
        var rounds = 0
        while true {
            var answers = ByteBuffer()
            var solved: [KVConnection.Action] = []
            for case .solve(let task) in pending { solved += connection.solved(task.run()) }
            others += solved.filter { if case .send = $0 { false } else { true } }
            for case .send(let bytes) in pending + solved {
                for request in try requests(in: bytes) { try response(to: request).encode(into: &answers) }
            }
            if answers.readableBytes == 0 { return (rounds, others) }
            rounds += 1
            pending = connection.received(answers)
            others += pending.filter {
                switch $0 {
                case .send, .solve: false
                default: true
                }
            }
        }
    }
}
