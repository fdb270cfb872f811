import SCRAM

/// The answer to a server's challenge, still to be computed: thousands of rounds of hashing.
struct SCRAMTask: Sendable {
    let client: SCRAMClient
    /// Has the server's nonce in it, so no two are alike.
    let challenge: String

    struct Answer: Sendable {
        let client: SCRAMClient
        let message: String
    }

    func run() -> Result<Answer, SCRAMError> {
        var client = client
        do throws(SCRAMError) {
            let message = try client.finalMessage(answering: challenge)
            return .success(Answer(client: client, message: message))
        } catch {
            return .failure(error)
        }
    }
}

extension SCRAMTask: Hashable {
    static func == (left: SCRAMTask, right: SCRAMTask) -> Bool { left.challenge == right.challenge }

    func hash(into hasher: inout Hasher) { hasher.combine(challenge) }
}
