/// How a document is changed.
public struct MutationSettings: Sendable, Hashable {
    /// The document must still be in this state; 0 is no check.
    public var cas: UInt64
    /// When the document is deleted.
    public var expiry: Expiry
    /// The document keeps the expiry that it has.
    public var preservesExpiry: Bool
    /// How far the mutation has to be before it is acknowledged; `nil` is the memory of one node.
    public var durability: DurabilityLevel?
    /// The time for it, with all attempts; `nil` takes the connection string's.
    public var timeout: Duration?

    /// By default: no check, no expiry, no durability.
    public init(
        cas: UInt64 = 0, expiry: Expiry = .never, preservesExpiry: Bool = false, durability: DurabilityLevel? = nil,
        timeout: Duration? = nil
    ) {
        self.cas = cas
        self.expiry = expiry
        self.preservesExpiry = preservesExpiry
        self.durability = durability
        self.timeout = timeout
    }

    /// The server gives up first, so that its answer says what became of the mutation.
    private static let serverShare = (numerator: 9, denominator: 10)

    func operationOptions(timeout: Duration) -> MutationOptions {
        let share = timeout * Self.serverShare.numerator / Self.serverShare.denominator
        let milliseconds = UInt16(clamping: Int64(share / .milliseconds(1)))
        return MutationOptions(
            cas: cas, expiry: expiry, preservesExpiry: preservesExpiry, durability: durability,
            durabilityTimeoutMilliseconds: durability == nil ? nil : milliseconds)
    }
}
