import BrokerAccess
import Logging
import NIOCore
import NIOPosix
import NIOSSL

/// What the connections of the secured listener have in common: certificate, users, and who failed to log in.
///
/// Stays on the broker's event loop. Its files are looked at again and again; one that cannot be used changes nothing,
/// and is spoken of once.
final class ListenerSecurity {
    let listener: SecuredListener
    /// The address that clients are given.
    let advertised: BoundAddress
    private(set) var tls: NIOSSLContext
    private(set) var directory: UserDirectory
    private(set) var failedLogins = FailedLogins()
    private var connections: AddressCounts
    private var logins: AddressCounts
    private var marks: [SecurityFiles.Mark]
    private let eventLoop: any EventLoop
    private let logger: Logger
    private var reload: Scheduled<Void>?
    private var hasEnded = false
    private var isReading = false
    /// Called when users or rights have changed.
    var onChange: () -> Void = {}

    init(
        _ listener: SecuredListener, advertised: BoundAddress, content: SecurityFiles.Content,
        eventLoop: any EventLoop, logger: Logger
    ) {
        self.listener = listener
        self.advertised = advertised
        tls = content.tls
        directory = content.directory
        marks = content.marks
        connections = AddressCounts(maximum: listener.maxConnectionsPerAddress)
        logins = AddressCounts(maximum: listener.maxLoginsPerAddress)
        self.eventLoop = eventLoop
        self.logger = logger
    }

    // MARK: Limits by address

    /// Counts a new connection, which is not logged in yet.
    ///
    /// - Returns: why it may not be, nil if it may.
    func enter(_ address: String) -> String? {
        guard connections.enter(address) else {
            return "its address has \(listener.maxConnectionsPerAddress) connections already"
        }
        guard logins.enter(address) else {
            connections.leave(address)
            return "its address has \(listener.maxLoginsPerAddress) connections already that are not logged in"
        }
        return nil
    }

    func loggedIn(_ address: String) { logins.leave(address) }

    func leave(_ address: String, isLoggedIn: Bool) {
        connections.leave(address)
        if !isLoggedIn { logins.leave(address) }
    }

    /// How long the answer to a failed login waits.
    func failedLogin(_ address: String, now: Int64) -> TimeAmount {
        .milliseconds(failedLogins.failed(address, now: now))
    }

    // MARK: Files

    /// Looks for changed files from now on.
    func begin() {
        guard !hasEnded else { return }
        reload = eventLoop.assumeIsolated().scheduleTask(in: TimeAmount(listener.reloadInterval)) { [self] in
            look()
            begin()
        }
    }

    func end() {
        hasEnded = true
        reload?.cancel()
        reload = nil
    }

    private func look() {
        guard !isReading else { return }
        isReading = true
        let (files, marks) = (SecurityFiles(listener: listener), marks)
        let bound = NIOLoopBound(self, eventLoop: eventLoop)
        NIOThreadPool.singleton.runIfActive(eventLoop: eventLoop) { () -> Found in
            let now = files.marks()
            guard now != marks else { return .unchanged }
            do throws(EmbeddedBrokerError) {
                return .changed(try files.read())
            } catch {
                return .unusable(now, error)
            }
        }.whenComplete { result in
            // The pool ends with the process only.
            if case .success(let found) = result { bound.value.take(found) }
            bound.value.isReading = false
        }
    }

    private enum Found: Sendable {
        case unchanged
        case changed(SecurityFiles.Content)
        case unusable([SecurityFiles.Mark], EmbeddedBrokerError)
    }

    private func take(_ found: Found) {
        switch found {
        case .unchanged: break
        case .changed(let content):
            (tls, directory, marks) = (content.tls, content.directory, content.marks)
            logger.notice("certificate and users were read again: \(directory.users.count) users")
            onChange()
        case .unusable(let marks, let error):
            // Until a file changes once more, the last state goes on.
            self.marks = marks
            logger.error("changed files are not used, the former state stays: \(error)")
        }
    }
}
