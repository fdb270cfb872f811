@testable import KafkaProtocol

extension API {
    /// The newest version, or the newest before transactions had epochs of their own (KIP-890), which some clients do not know.
    package func newest(ownEpochs: Bool) -> Int16 {
        let classic: Int16? =
            switch self {
            case ProduceRequest.api: 11
            case TxnOffsetCommitRequest.api, EndTxnRequest.api: 4
            default: nil
            }
        return ownEpochs ? versions.upperBound : classic ?? versions.upperBound
    }
}
