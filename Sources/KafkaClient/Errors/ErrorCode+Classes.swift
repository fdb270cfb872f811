import KafkaProtocol

extension ErrorCode {
    /// Whether the same request may succeed later, as Kafka's own table of errors has it.
    var isRetriable: Bool {
        switch self {
        case .corruptMessage, .unknownTopicOrPartition, .leaderNotAvailable, .notLeaderOrFollower, .requestTimedOut,
            .replicaNotAvailable, .networkException, .coordinatorLoadInProgress, .coordinatorNotAvailable,
            .notCoordinator, .notEnoughReplicas, .notEnoughReplicasAfterAppend, .notController,
            .kafkaStorageError, .fetchSessionIDNotFound, .invalidFetchSessionEpoch, .listenerNotFound,
            .fencedLeaderEpoch, .unknownLeaderEpoch, .offsetNotAvailable, .preferredLeaderNotAvailable,
            .eligibleLeadersNotAvailable, .electionNotNeeded, .unstableOffsetCommit, .throttlingQuotaExceeded,
            .unknownTopicID, .inconsistentTopicID, .fetchSessionTopicIDError, .concurrentTransactions:
            true
        default: false
        }
    }

    /// Whether the metadata that the request was sent by is old, so that newer is worth asking for.
    var isStaleMetadata: Bool {
        switch self {
        case .unknownTopicOrPartition, .leaderNotAvailable, .notLeaderOrFollower, .replicaNotAvailable,
            .networkException, .kafkaStorageError, .listenerNotFound, .fencedLeaderEpoch, .unknownLeaderEpoch,
            .unknownTopicID, .inconsistentTopicID:
            true
        default: false
        }
    }
}
