/// How far a mutation has to be before it is acknowledged.
public enum DurabilityLevel: UInt8, Hashable, Sendable, CaseIterable {
    /// A majority of the nodes has it in memory.
    case majority = 1
    /// The same, and the active node has it on disk.
    case majorityAndPersistToActive = 2
    /// A majority of the nodes has it on disk.
    case persistToMajority = 3
}

/// What a mutation needs besides its key and its content.
struct MutationOptions: Hashable, Sendable {
    /// The document must still have this CAS; 0 is no check.
    var cas: UInt64 = 0
    var expiry = Expiry.never
    /// The document keeps the expiry that it has.
    var preservesExpiry = false
    var durability: DurabilityLevel?
    /// How long the server may take to make it durable; `nil` leaves it to the server.
    var durabilityTimeoutMilliseconds: UInt16?
}
