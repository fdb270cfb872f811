import OrderEvents

/// The API keys that there are, by id.
public struct KeyRing: Sendable {
    private let records: [String: APIKeyRecord]

    /// A ring of these keys.
    public init(_ records: [APIKeyRecord] = []) {
        self.records = Dictionary(records.map { ($0.id, $0) }) { first, _ in first }
    }

    /// What became of a key that somebody presented.
    public enum Outcome: Sendable, Equatable {
        case valid(APIKeyRecord)
        /// No such key; which part of it is wrong is not said.
        case unknown
        /// It is the right key, and no longer taken.
        case refused(APIKeyRecord, APIKeyRecord.Standing)
    }

    /// What a key is compared with whose id is unknown: a hash that no text is known to have.
    private static let nobody = [UInt8](repeating: 0, count: 32)

    /// Compares a key with what is kept of it.
    ///
    /// A wrong key takes the same steps whatever is wrong with it: one hash of the text, one lookup by its public part,
    /// one comparison of 32 bytes that does not stop early. So its time tells nothing about any secret.
    public func check(_ text: String, at time: Timestamp) -> Outcome {
        let record = records[APIKeyText.id(in: text)]
        let isRight = ConstantTime.equals(APIKeyText.hash(text), record?.hash ?? Self.nobody)
        guard isRight, let record else { return .unknown }
        let standing = record.standing(at: time)
        return standing == .valid ? .valid(record) : .refused(record, standing)
    }

    /// The key of that id, while it is valid.
    public func valid(id: String, at time: Timestamp) -> APIKeyRecord? {
        guard let record = records[id], record.standing(at: time) == .valid else { return nil }
        return record
    }

    /// How many keys let somebody in at that time.
    public func validCount(at time: Timestamp) -> Int {
        records.values.count { $0.standing(at: time) == .valid }
    }
}
