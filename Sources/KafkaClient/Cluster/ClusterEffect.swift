import Logging
import NIOCore

/// What a ``ClusterCore`` wants done outside.
enum ClusterEffect {
    /// Connect to an address, with TLS where the settings say so. The end is `opened` or `closed`.
    case connect(LinkID, BrokerAddress)
    /// Write these chunks, in order.
    case send(LinkID, [ByteBuffer])
    /// Compute the answer to a challenge; `solved` takes it.
    case solve(LinkID, SCRAMTask)
    /// Close the connection, or give up connecting. Nothing more is heard of it.
    case close(LinkID)
    case log(Logger.Level, String)
}

/// Names a connection, or the attempt at one. None is used twice.
struct LinkID: Hashable, Sendable, Comparable {
    let number: UInt64

    static func < (left: LinkID, right: LinkID) -> Bool { left.number < right.number }
}
