/// A client's one source of chance (SplitMix64): its sequence is fixed by its seed, so a run can be repeated.
///
/// Only for jitter and for choices among equals. What must be unguessable comes from the shell.
struct ClientRandom: RandomNumberGenerator, Sendable {
    private var state: UInt64

    init(seed: UInt64) { state = seed }

    mutating func next() -> UInt64 {
        state &+= 0x9e37_79b9_7f4a_7c15
        var mixed = state
        mixed = (mixed ^ (mixed >> 30)) &* 0xbf58_476d_1ce4_e5b9
        mixed = (mixed ^ (mixed >> 27)) &* 0x94d0_49bb_1331_11eb
        return mixed ^ (mixed >> 31)
    }

    /// `base` doubled for each attempt after the first, at most `limit`, and up to a fifth more or less (KIP-580).
    mutating func backoff(base: Int64, limit: Int64, attempt: Int) -> Int64 {
        let grown = min(limit, base << Int64(min(max(attempt - 1, 0), 20)))
        let spread = grown / 5
        guard spread > 0 else { return grown }
        return grown + Int64.random(in: -spread...spread, using: &self)
    }
}
