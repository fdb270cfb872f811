/// A closed set of names, as they stand on the wire.
public protocol WireName: CaseIterable {
    /// The name, ASCII.
    var wireName: StaticString { get }
}

extension WireName {
    /// The case of this name; nil for any other text.
    @inline(__always)
    init?(wireName text: UnsafeBufferPointer<UInt8>) {
        for candidate in Self.allCases {
            let name = candidate.wireName
            guard name.utf8CodeUnitCount == text.count else { continue }
            var place = 0
            while place < text.count, text[place] == name.utf8Start[place] { place += 1 }
            if place == text.count {
                self = candidate
                return
            }
        }
        return nil
    }

    /// The name on the wire, as a string.
    public var name: String { "\(wireName)" }

    /// The case of this name; nil for any other text.
    public init?(name: String) {
        var copy = name
        guard let found = copy.withUTF8({ Self(wireName: $0) }) else { return nil }
        self = found
    }
}
