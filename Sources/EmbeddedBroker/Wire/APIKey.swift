/// The APIs of the Kafka protocol that this broker serves, by their number on the wire.
enum APIKey: Int16, CaseIterable, Hashable, Sendable {
    case produce = 0
    case fetch = 1
    case listOffsets = 2
    case metadata = 3
    case offsetCommit = 8
    case offsetFetch = 9
    case findCoordinator = 10
    case joinGroup = 11
    case heartbeat = 12
    case leaveGroup = 13
    case syncGroup = 14
    case describeGroups = 15
    case listGroups = 16
    case saslHandshake = 17
    case apiVersions = 18
    case createTopics = 19
    case deleteTopics = 20
    case deleteRecords = 21
    case initProducerID = 22
    case offsetForLeaderEpoch = 23
    case addPartitionsToTxn = 24
    case addOffsetsToTxn = 25
    case endTxn = 26
    case writeTxnMarkers = 27
    case txnOffsetCommit = 28
    case describeACLs = 29
    case describeConfigs = 32
    case alterConfigs = 33
    case describeLogDirs = 35
    case saslAuthenticate = 36
    case createPartitions = 37
    case deleteGroups = 42
    case incrementalAlterConfigs = 44
    case offsetDelete = 47
    case describeCluster = 60
    case describeProducers = 61
    case describeTransactions = 65
    case listTransactions = 66
}

extension APIKey {
    /// The versions that this broker reads and writes.
    var supportedVersions: ClosedRange<Int16> {
        switch self {
        case .produce: 3...9
        case .fetch: 4...17
        case .listOffsets: 1...7
        case .metadata: 0...12
        case .offsetCommit: 2...8
        case .offsetFetch: 1...8
        case .findCoordinator: 0...4
        case .joinGroup: 0...9
        case .heartbeat: 0...4
        case .leaveGroup: 0...5
        case .syncGroup: 0...5
        case .describeGroups: 0...5
        case .listGroups: 0...5
        case .saslHandshake: 0...1
        case .apiVersions: 0...3
        case .createTopics: 0...7
        case .deleteTopics: 0...6
        case .deleteRecords: 0...2
        case .initProducerID: 0...4
        case .offsetForLeaderEpoch: 2...4
        case .addPartitionsToTxn: 0...3
        case .addOffsetsToTxn: 0...3
        case .endTxn: 0...3
        case .writeTxnMarkers: 0...1
        case .txnOffsetCommit: 0...3
        case .describeACLs: 0...3
        case .describeConfigs: 0...4
        case .alterConfigs: 0...2
        case .describeLogDirs: 1...4
        case .saslAuthenticate: 0...2
        case .createPartitions: 0...3
        case .deleteGroups: 0...2
        case .incrementalAlterConfigs: 0...1
        case .offsetDelete: 0...0
        case .describeCluster: 0...1
        case .describeProducers: 0...0
        case .describeTransactions: 0...0
        case .listTransactions: 0...1
        }
    }

    /// The first version with compact lengths and tagged fields (KIP-482), nil where no supported one has them.
    var firstFlexibleVersion: Int16? {
        switch self {
        case .describeCluster, .describeProducers, .describeTransactions, .listTransactions: 0
        case .incrementalAlterConfigs, .writeTxnMarkers: 1
        case .deleteRecords, .initProducerID, .describeACLs, .alterConfigs, .describeLogDirs,
            .saslAuthenticate, .createPartitions, .deleteGroups: 2
        case .findCoordinator, .listGroups, .apiVersions, .addPartitionsToTxn, .addOffsetsToTxn, .endTxn,
            .txnOffsetCommit: 3
        case .heartbeat, .leaveGroup, .syncGroup, .deleteTopics, .offsetForLeaderEpoch, .describeConfigs: 4
        case .describeGroups, .createTopics: 5
        case .listOffsets, .offsetFetch, .joinGroup: 6
        case .offsetCommit: 8
        case .produce, .metadata: 9
        case .fetch: 12
        case .saslHandshake, .offsetDelete: nil
        }
    }

    func isFlexible(_ version: Int16) -> Bool {
        guard let first = firstFlexibleVersion else { return false }
        return version >= first
    }
}
