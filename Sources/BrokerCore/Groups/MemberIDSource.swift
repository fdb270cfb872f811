/// Gives out member ids, the same ones for the same seed.
struct MemberIDSource: Sendable {
    /// Bytes of the client's name that go into an id, for people who read it.
    private static let prefixBytes = 128

    private var state: UInt64

    init(seed: UInt64) { state = seed }

    /// The client's name and 128 bits in hexadecimal.
    mutating func next(prefix: String) -> String {
        let name = prefix.utf8.count <= Self.prefixBytes ? prefix : String(prefix.prefix(Self.prefixBytes / 4))
        return name + "-" + hexadecimal(bits()) + hexadecimal(bits())
    }

    private func hexadecimal(_ value: UInt64) -> String {
        let digits = String(value, radix: 16)
        return String(repeating: "0", count: 16 - digits.count) + digits
    }

    /// SplitMix64.
    private mutating func bits() -> UInt64 {
        state &+= 0x9e37_79b9_7f4a_7c15
        var mixed = state
        mixed = (mixed ^ (mixed >> 30)) &* 0xbf58_476d_1ce4_e5b9
        mixed = (mixed ^ (mixed >> 27)) &* 0x94d0_49bb_1331_11eb
        return mixed ^ (mixed >> 31)
    }
}
