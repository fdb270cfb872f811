/// What a caller may do. No scope contains another: a key that places orders need not be able to read them.
public enum Scope: String, Sendable, Hashable, CaseIterable, Codable, Comparable {
    /// See orders, figures, events and the state of the platform.
    case read
    /// Place orders.
    case write
    /// Decide what people decide: dead letters, and the like. Each such act is audited.
    case operate

    /// In the order in which they are listed.
    public static func < (left: Scope, right: Scope) -> Bool {
        allCases.firstIndex(of: left)! < allCases.firstIndex(of: right)!
    }
}
