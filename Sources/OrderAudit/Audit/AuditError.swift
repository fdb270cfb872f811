/// The audit could not be carried out; says nothing about the data.
public struct AuditError: Error, CustomStringConvertible {
    public let description: String
    init(_ description: String) { self.description = description }
}
