import ArgumentParser
import OrderServices
import Secrets

extension OrderRate: ExpressibleByArgument {
    public init?(argument: String) {
        if argument == "max" {
            self = .max
        } else if let rate = Double(argument) {
            // Whether it is one that can be made is said with a reason, see GeneratorOptions.
            self = .perSecond(rate)
        } else {
            return nil
        }
    }

    public var defaultValueDescription: String {
        switch self {
        case .max: "max"
        case .perSecond(let rate): "\(rate)"
        }
    }
}

/// What the order producer makes.
struct GeneratorOptions: ParsableArguments {
    @Option(
        parsing: .unconditional,
        help: ArgumentHelp(
            "Orders a second, 0.001 to 10000000, or max: as many as the services get through.", valueName: "N|max"))
    var rate: OrderRate = .perSecond(0.5)

    @Option(parsing: .unconditional, help: "Stop making orders after this many; 0 makes none.")
    var count: Int?

    @Option(help: "The same seed makes the same orders.")
    var seed: UInt64 = 1

    func validate() throws {
        if let count, count < 0 { throw ValidationError("--count is a number of orders, 0 or more") }
        if case .perSecond(let rate) = rate, !(0.001...10_000_000).contains(rate) {
            throw ValidationError(
                "--rate is a number of orders a second from 0.001 to 10000000, or max; to make none, leave it out and say --count 0"
            )
        }
    }

    /// For people, at the start.
    var summary: String {
        if count == 0 { return "none from the built-in producer (--count 0)" }
        let speed = if case .max = rate { "as many as are taken" } else { "\(rate.defaultValueDescription) a second" }
        return "\(speed) from the built-in producer" + (count.map { ", \($0) in all" } ?? "")
    }

    var producer: OrderProducer.Options { OrderProducer.Options(rate: rate, count: count, seed: seed) }
}

/// The payment processor: the simulated one, unless the environment names another.
struct PaymentOptions: ParsableArguments {
    @Option(
        help:
            "How long the simulated processor takes for a charge, in milliseconds. Environment: PAYMENT_LATENCY_MS. Default: 0."
    )
    var paymentLatency: Int?

    @Option(help: "The share of charges that it declines, 0 to 1. Environment: PAYMENT_DECLINE_RATE. Default: 0.05.")
    var declineRate: Double?

    func validate() throws {
        if let paymentLatency, !(0...60_000).contains(paymentLatency) {
            throw ValidationError("--payment-latency is 0 to 60000 milliseconds")
        }
        if let declineRate, !(0...1).contains(declineRate) {
            throw ValidationError("--decline-rate is between 0 and 1")
        }
    }

    /// The payment processor: a real one where PAYMENT_GATEWAY_URL is set, otherwise the simulated one.
    func gateway(environment: [String: String]) throws -> any PaymentGateway {
        if let gateway = try PaymentOptions.httpGateway(environment) { return gateway }
        let latency =
            try paymentLatency
            ?? Setting.parse(
                "PAYMENT_LATENCY_MS", in: environment, { PaymentOptions.number($0, in: 0...60_000) },
                "a number of milliseconds from 0 to 60000")
        let rate =
            try declineRate
            ?? Setting.parse(
                "PAYMENT_DECLINE_RATE", in: environment, { Double($0).flatMap { (0...1).contains($0) ? $0 : nil } },
                "a number from 0 to 1")
        return SimulatedPaymentGateway(latency: .milliseconds(latency ?? 0), declineRate: rate ?? 0.05)
    }

    private static func httpGateway(_ environment: [String: String]) throws -> HTTPPaymentGateway? {
        var options = HTTPPaymentGateway.Options()
        if let milliseconds = try Setting.parse(
            "PAYMENT_TIMEOUT_MS", in: environment, { number($0, in: 1...30_000) },
            "a number of milliseconds from 1 to 30000")
        {
            options.timeout = .milliseconds(milliseconds)
        }
        if let concurrency = try Setting.parse(
            "PAYMENT_GATEWAY_CONCURRENCY", in: environment, { number($0, in: 1...1_024) },
            "a number of requests from 1 to 1024")
        {
            options.concurrency = concurrency
        }
        return try Setting.url("PAYMENT_GATEWAY_URL", in: environment).map { HTTPPaymentGateway($0, options: options) }
    }

    private static func number(_ text: String, in range: ClosedRange<Int>) -> Int? {
        Int(text).flatMap { range.contains($0) ? $0 : nil }
    }
}
