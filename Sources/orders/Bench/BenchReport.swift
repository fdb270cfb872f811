/// What `orders bench` measured.
struct BenchReport: Codable {
    struct Machine: Codable {
        var processor: String
        var cores: Int
        var memoryGib: Double
        var system: String
    }

    struct Flood: Codable {
        var orders: Int
        var seconds: Double
        var ordersPerSecond: Double
        var cpuSecondsPerMillionOrders: Double
        var peakMemoryMib: Double
        /// From the order's log time to its paid document in the store, milliseconds; under a flood, mostly queueing.
        var p50Milliseconds: UInt64
        var p99Milliseconds: UInt64
    }

    struct Steady: Codable {
        var ratePerSecond: Int
        var orders: Int
        var p50Milliseconds: UInt64
        var p99Milliseconds: UInt64
        var maxMilliseconds: UInt64
        var cpuCores: Double
    }

    struct Events: Codable {
        var ratePerSecond: Int
        var posted: Int
        var seen: Int
        /// From sending the POST to reading the order's first event, milliseconds.
        var p50Milliseconds: Double
        var p99Milliseconds: Double
        /// Until the answer to the POST.
        var postP50Milliseconds: Double
        var postP99Milliseconds: Double
    }

    var machine: Machine
    var flood: Flood
    var steady: [Steady]
    var events: Events?
}
