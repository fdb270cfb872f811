@testable import BrokerCore
@testable import KafkaProtocol

/// One request on its way to the broker and back.
final class Exchange {
    let number: UInt64
    let request: any ServedRequest
    let version: Int16
    /// Called when the broker answers, whether or not the answer ever arrives: from then on it is a promise.
    let observe: (any KafkaMessage, Exchange) -> Void
    /// Called when the answer arrives at the client.
    let receive: (any KafkaMessage) -> Void

    /// When the broker got it: the count of all requests that it ever got.
    var handledAt = 0
    /// The newest generation of its group that had been announced by then.
    var newestGeneration: Int32 = -1
    var answer: (any KafkaMessage)?
    /// Whether the broker is through with it, with an answer or without one.
    var isDone = false

    init(
        number: UInt64, request: any ServedRequest, version: Int16,
        observe: @escaping (any KafkaMessage, Exchange) -> Void, receive: @escaping (any KafkaMessage) -> Void
    ) {
        self.number = number
        self.request = request
        self.version = version
        self.observe = observe
        self.receive = receive
    }
}
