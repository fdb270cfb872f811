import KafkaProtocol

@testable import BrokerCore

/// The embedded broker's own coordinator of groups, without the broker: its log is durable at once.
final class BrokersCoordinator {
    private var groups: GroupCoordinator
    private var replies: [RequestToken: (any KafkaMessage) -> Void] = [:]
    private var lastNumber: UInt64 = 0

    init(seed: UInt64) { groups = GroupCoordinator(config: GroupConfig(), seed: seed) }

    func join(_ request: JoinGroupRequest, _ from: Caller, _ reply: @escaping (JoinGroupResponse) -> Void) {
        let context = context(JoinGroupRequest.api, from, reply)
        perform(groups.joinGroup(request, context, now: from.time), from.time)
    }

    func sync(_ request: SyncGroupRequest, _ from: Caller, _ reply: @escaping (SyncGroupResponse) -> Void) {
        let context = context(SyncGroupRequest.api, from, reply)
        perform(groups.syncGroup(request, context, now: from.time), from.time)
    }

    func heartbeat(_ request: HeartbeatRequest, _ from: Caller, _ reply: @escaping (HeartbeatResponse) -> Void) {
        let context = context(HeartbeatRequest.api, from, reply)
        perform(groups.heartbeat(request, context, now: from.time), from.time)
    }

    func leave(_ request: LeaveGroupRequest, _ from: Caller, _ reply: @escaping (LeaveGroupResponse) -> Void) {
        let context = context(LeaveGroupRequest.api, from, reply)
        perform(groups.leaveGroup(request, context, now: from.time), from.time)
    }

    /// A connection is gone, with what waited on it.
    func disconnect(_ connection: UInt64, now: Int64) {
        let tokens = replies.keys.filter { $0.connection == connection }
        for token in tokens { replies[token] = nil }
        let header = RequestHeader(api: JoinGroupRequest.api, version: 0, correlationID: 0, clientID: nil)
        let contexts = tokens.map { RequestContext(token: $0, header: header, clientHost: "") }
        perform(groups.cancel(contexts, now: time(now)), time(now))
    }

    func tick(now: Int64) { perform(groups.tick(time(now)), time(now)) }
    var nextDeadline: Int64? { groups.nextDeadline }

    /// A group's state, as Kafka's tools name it.
    func state(of group: String) -> String? { groups.groups[group]?.state.name }
    func memberIDs(of group: String) -> [String] { groups.groups[group].map { Array($0.members.keys) } ?? [] }
    func generation(of group: String) -> Int32 { groups.groups[group]?.generation ?? -1 }

    /// Who asks, when.
    struct Caller {
        var connection: UInt64
        var clientID: String
        var version: Int16
        var now: Int64
        fileprivate var time: BrokerTime { BrokerTime(wall: 1_700_000_000_000 + now, monotonic: now) }
    }

    private func time(_ now: Int64) -> BrokerTime { BrokerTime(wall: 1_700_000_000_000 + now, monotonic: now) }

    private func context<Response>(
        _ api: API, _ from: Caller, _ reply: @escaping (Response) -> Void
    ) -> RequestContext {
        lastNumber += 1
        let token = RequestToken(connection: from.connection, number: lastNumber)
        replies[token] = { if let body = $0 as? Response { reply(body) } }
        let header = RequestHeader(
            api: api, version: from.version, correlationID: Int32(lastNumber), clientID: from.clientID)
        return RequestContext(token: token, header: header, clientHost: "/127.0.0.1")
    }

    private func perform(_ actions: [GroupAction], _ now: BrokerTime) {
        for action in actions {
            switch action {
            case .reply(let context, let body): replies.removeValue(forKey: context.token)?(body)
            case .persist(let id, _, _): perform(groups.persisted(id, now: now), now)
            case .note: break
            }
        }
    }
}
