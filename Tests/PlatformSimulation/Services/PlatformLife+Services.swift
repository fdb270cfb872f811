import Glibc
import Logging

@testable import BrokerSimulation
@testable import StreamProcessing

/// Which instances there are.
extension PlatformLife {
    /// The loop's clock, which goes on only where somebody waits.
    var clock: TaskClock {
        let start = PlatformLife.start
        return TaskClock(
            now: { [unowned self] in start + .milliseconds(elapsed) },
            rest: { [unowned self] in pass(max(1, $0.milliseconds)) })
    }

    /// Only differences of it count.
    private static let start = ContinuousClock.now

    private func newName() -> String {
        names += 1
        return "\(names)"
    }

    @discardableResult
    func addService(_ kind: ServiceKind) -> ServiceInstance {
        let service = ServiceInstance(life: self, kind: kind, identity: newName())
        services.append(service)
        return service
    }

    /// An instance comes, goes, dies, or loses what it has.
    func changeServices() {
        let idle = services.filter { !$0.isInStep }
        guard let service = random.pickOrNil(idle) else { return }
        let same = services.filter { $0.kind == service.kind }
        switch random.below(10) {
        case 0..<3:
            coverage[.kills] += 1
            tell("\(service.name) is killed between two steps")
            service.kill()
        case 3: service.loseDirectory(newIdentity: newName())
        case 4: service.damageDirectory()
        case 5:
            service.stop()
        case 6..<8:
            guard same.count < 3 else { return }
            coverage[.scaled] += 1
            let new = addService(service.kind)
            tell("\(new.name) comes beside \(service.name)")
        case 8:
            guard same.count > 1 else { return }
            service.stop()
            services.removeAll { $0 === service }
        default:
            guard same.count < 3 else { return }
            // Somebody has copied the directory: two processes have one transactional id. The newer one stays.
            coverage[.copies] += 1
            let copy = ServiceInstance(
                life: self, kind: service.kind, identity: service.identity, directory: service.directory.copy())
            tell("a copy of \(service.name) is started beside it")
            services.append(copy)
        }
    }

    func logger(of name: String) -> Logger {
        guard listener != nil else { return .silent }
        return Logger(label: name) { [life = LifeReference(self)] label in StoryHandler(life: life.value, name: label) }
    }
}

/// Brings what a service logs into the story.
///
/// Unchecked: how many lines it has left out a limiter says later, from a thread of its own. That is no part of the
/// run, which may be over by then.
private struct StoryHandler: LogHandler, @unchecked Sendable {
    weak var life: PlatformLife?
    let name: String
    let thread = pthread_self()
    var metadata: Logger.Metadata = [:]
    var logLevel = Logger.Level.debug

    subscript(metadataKey key: String) -> Logger.Metadata.Value? {
        get { metadata[key] }
        set { metadata[key] = newValue }
    }

    func log(event: LogEvent) {
        guard pthread_equal(thread, pthread_self()) != 0, let life else { return }
        // How long it really took differs from one telling to the next.
        let told = (event.metadata ?? [:]).filter { $0.key != "took" }
        let details = told.sorted { $0.key < $1.key }.map { "\($0.key)=\($0.value)" }
        life.tell("\(name) says: \(event.message) \(details.joined(separator: " "))")
    }
}
