import Glibc

/// Names the seed of a run in which the program trapped: a precondition that failed is found by the seed like anything else.
public enum FatalSignals {
    private static let maximumSlots = 64
    /// The threads and the seeds that they live through. Written by each thread for itself, read by the handler on the same thread.
    nonisolated(unsafe) private static let threads = UnsafeMutablePointer<pthread_t>.allocate(capacity: maximumSlots)
    nonisolated(unsafe) private static let seeds = UnsafeMutablePointer<UInt64>.allocate(capacity: maximumSlots)

    /// Has traps name their seed.
    public static func install() {
        seeds.initialize(repeating: 0, count: maximumSlots)
        threads.initialize(repeating: 0, count: maximumSlots)
        for number in [SIGILL, SIGTRAP, SIGSEGV, SIGABRT] { signal(number) { FatalSignals.handle($0) } }
    }

    static func note(seed: UInt64, slot: Int) {
        guard slot < maximumSlots else { return }
        threads[slot] = pthread_self()
        seeds[slot] = seed
    }

    private static func handle(_ number: Int32) {
        for slot in 0..<maximumSlots where seeds[slot] != 0 && pthread_equal(threads[slot], pthread_self()) != 0 {
            // Nothing may be allocated in here, so the digits are put together by hand.
            withUnsafeTemporaryAllocation(of: UInt8.self, capacity: 20) { digits in
                var rest = seeds[slot]
                var count = 0
                repeat {
                    count += 1
                    digits[20 - count] = UInt8(ascii: "0") + UInt8(rest % 10)
                    rest /= 10
                } while rest > 0
                write("seed ")
                _ = Glibc.write(1, digits.baseAddress! + 20 - count, count)
                write(" failed: the program trapped\n")
            }
        }
        signal(number, SIG_DFL)
        raise(number)
    }

    private static func write(_ text: StaticString) { _ = Glibc.write(1, text.utf8Start, text.utf8CodeUnitCount) }
}
