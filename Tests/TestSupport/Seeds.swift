import Foundation

/// The seeds of tests that run many random histories: few in `make test`, many in `make test-seeds`.
public enum Seeds {
    /// `TEST_SEEDS_FACTOR`, 1 by default.
    private static let factor = ProcessInfo.processInfo.environment["TEST_SEEDS_FACTOR"].flatMap(UInt64.init) ?? 1

    /// From 1 to `count` times the factor.
    public static func first(_ count: UInt64) -> ClosedRange<UInt64> { 1...count * max(1, factor) }
}
