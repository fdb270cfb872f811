import SCRAM

/// The answer to a broker's challenge, still to be computed: thousands of rounds of hashing, so not on the loop.
struct SCRAMTask: Sendable {
    let client: SCRAMClient
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
