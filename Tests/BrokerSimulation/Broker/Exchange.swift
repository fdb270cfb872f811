@testable import EmbeddedBroker

/// One request on its way to the broker and back.
final class Exchange {
    let number: UInt64
    let request: BrokerRequest
    let apiKey: APIKey
    /// Called when the broker answers, whether or not the answer ever arrives: from then on it is a promise.
    let observe: (any WireMessage, Exchange) -> Void
    /// Called when the answer arrives at the client.
    let receive: (any WireMessage) -> Void

    /// When the broker got it: the count of all requests that it ever got.
    var handledAt = 0
    /// The newest generation of its group that had been announced by then.
    var newestGeneration: Int32 = -1
    var answer: (any WireMessage)?
    /// Whether the broker is through with it, with an answer or without one.
    var isDone = false

    init(
        number: UInt64, request: BrokerRequest, apiKey: APIKey, observe: @escaping (any WireMessage, Exchange) -> Void,
        receive: @escaping (any WireMessage) -> Void
    ) {
        self.number = number
        self.request = request
        self.apiKey = apiKey
        self.observe = observe
        self.receive = receive
    }
}
