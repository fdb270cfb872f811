import NIOCore
import NIOPosix

/// The event loop of all clients of the process.
package enum KafkaEventLoop {
    /// A broker in the same process may serve on it, too: what it and the clients say to each other wakes no other
    /// thread.
    package static let shared: any EventLoop = MultiThreadedEventLoopGroup(numberOfThreads: 1).next()
}
