import NIOCore
import Synchronization

/// Servers of this process that can be reached without a socket, by the address that they listen on.
///
/// Who connects from the same event loop gets a ``LocalChannel``; everybody else connects to the socket.
package enum LocalListeners {
    /// Adds a server's handlers to a channel.
    package typealias Acceptor = @Sendable (any Channel) throws -> Void

    private struct Listener {
        let eventLoop: any EventLoop
        let accept: Acceptor
    }

    private static let listeners = Mutex<[String: Listener]>([:])

    /// From now on connections are accepted at `host:port` on `eventLoop`.
    package static func open(host: String, port: Int, on eventLoop: any EventLoop, accept: @escaping Acceptor) {
        listeners.withLock { $0[name(host, port)] = Listener(eventLoop: eventLoop, accept: accept) }
    }

    /// No more are. Those that there are stay.
    package static func close(host: String, port: Int) {
        _ = listeners.withLock { $0.removeValue(forKey: name(host, port)) }
    }

    /// Connects to a server of this process and loop.
    ///
    /// - Parameter prepare: adds the client's handlers.
    /// - Returns: nil if none listens there.
    package static func connect(
        host: String, port: Int, on eventLoop: any EventLoop, prepare: @escaping @Sendable (any Channel) throws -> Void
    ) -> EventLoopFuture<any Channel>? {
        guard let listener = listeners.withLock({ $0[name(host, port)] }), listener.eventLoop === eventLoop else {
            return nil
        }
        return eventLoop.submit {
            let address = try? SocketAddress(ipAddress: host, port: port)
            return try LocalChannel.connect(on: eventLoop, to: address, accept: listener.accept, prepare: prepare)
        }
    }

    private static func name(_ host: String, _ port: Int) -> String { "\(host):\(port)" }
}
