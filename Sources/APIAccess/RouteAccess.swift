/// Who may call a route. Each route of the table states it; there is no default that a new route could fall into.
public enum RouteAccess: Sendable, Hashable {
    /// Whoever can connect, where authentication is required too.
    case anyone
    /// Whoever has valid credentials, whatever their scopes.
    case anyCaller
    /// Whoever has valid credentials with this scope.
    case scope(Scope)
}
