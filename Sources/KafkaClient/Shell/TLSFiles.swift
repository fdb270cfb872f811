import Logging
import NIOConcurrencyHelpers
import NIOCore
import NIOPosix
import NIOSSL

/// The context of a cluster's connections, made again when its files change: certificates are renewed while a process
/// runs.
final class TLSFiles: Sendable {
    private struct State {
        var context: NIOSSLContext
        /// The files as they were before they were last read.
        var stamps: [FileStamp?]
    }

    private let settings: ClusterSecurity.TLS
    private let state: NIOLockedValueBox<State>

    /// Blocks while files are read.
    ///
    /// - Throws: ``ClientError/Code/invalidSetting`` naming what is of no use.
    init(_ settings: ClusterSecurity.TLS) throws(ClientError) {
        self.settings = settings
        // Taken first: a change while they are read is seen at the next look.
        let stamps = settings.files.map(FileStamp.init(of:))
        state = NIOLockedValueBox(State(context: try TLSContext.make(settings), stamps: stamps))
    }

    /// The context for a connection that is opened now. Looking at the files is cheap; reading them happens elsewhere.
    func context(on loop: any EventLoop, logger: Logger) -> EventLoopFuture<NIOSSLContext> {
        let stamps = settings.files.map(FileStamp.init(of:))
        guard state.withLockedValue({ $0.stamps != stamps }) else {
            return loop.makeSucceededFuture(state.withLockedValue(\.context))
        }
        return NIOThreadPool.singleton.runIfActive(eventLoop: loop) { [self] in read(logger) }
    }

    /// Files that are of no use leave the last context in place: one of a pair may be replaced before the other. That
    /// is said once for each state of the files.
    private func read(_ logger: Logger) -> NIOSSLContext {
        let stamps = settings.files.map(FileStamp.init(of:))
        do throws(ClientError) {
            let context = try TLSContext.make(settings)
            state.withLockedValue { $0 = State(context: context, stamps: stamps) }
            logger.info("the certificates' files have changed and were read again")
            return context
        } catch {
            logger.warning("the certificates' files have changed; the client goes on with what they held: \(error)")
            return state.withLockedValue { state in
                state.stamps = stamps
                return state.context
            }
        }
    }
}
