/// What a producer is given at its initialization.
struct ProducerIdentity: Hashable, Sendable {
    var id: Int64
    var epoch: Int16
}
