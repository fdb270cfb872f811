/// One API of the Kafka protocol: its number on the wire, and the versions that its messages are laid out for.
///
/// Each API is declared once, at its request.
package struct API: Sendable {
    /// The name in Kafka's own spelling, for messages to people.
    package let name: StaticString
    package let key: Int16
    package let versions: ClosedRange<Int16>
    /// The first version with compact lengths and tagged fields (KIP-482), nil where no supported one has them.
    package let firstFlexibleVersion: Int16?
    /// The first version whose answer says how long the client was throttled, where the others are the same.
    package let firstThrottledVersion: Int16

    package init(
        _ name: StaticString, key: Int16, versions: ClosedRange<Int16>, flexibleFrom first: Int16? = nil,
        throttledFrom firstThrottled: Int16 = 0
    ) {
        self.name = name
        self.key = key
        self.versions = versions
        self.firstFlexibleVersion = first
        self.firstThrottledVersion = firstThrottled
    }

    package func isFlexible(_ version: Int16) -> Bool {
        guard let firstFlexibleVersion else { return false }
        return version >= firstFlexibleVersion
    }
}

extension API: Hashable {
    /// No two APIs have the same key.
    package static func == (left: API, right: API) -> Bool { left.key == right.key }
    package func hash(into hasher: inout Hasher) { hasher.combine(key) }
}

extension API: CustomStringConvertible {
    package var description: String { "\(name)" }
}
