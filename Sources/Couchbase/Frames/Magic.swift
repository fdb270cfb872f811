/// The first byte of a frame: who asks, who answers, and in which of the two header layouts.
enum Magic: UInt8, Sendable, CaseIterable {
    case request = 0x80
    /// A request with framing extras; its key length has one byte only.
    case flexibleRequest = 0x08
    case response = 0x81
    /// A response with framing extras.
    case flexibleResponse = 0x18
    /// A request that the server makes, where duplex was negotiated.
    case serverRequest = 0x82
    /// The client's response to a server's request.
    case serverResponse = 0x83

    var isFlexible: Bool { self == .flexibleRequest || self == .flexibleResponse }
    var isRequest: Bool { self == .request || self == .flexibleRequest || self == .serverRequest }
}
