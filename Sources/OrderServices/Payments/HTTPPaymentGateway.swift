import Foundation
import OrderEvents
import OrderTracing
import OutboundHTTP
import Secrets

/// A payment processor behind HTTP: one POST for each charge, several at a time.
///
/// The request is `{"order_id","customer_id","amount","currency","country"}` with `Idempotency-Key: charge-<order_id>`;
/// the answer is 200 with `{"status":"PAID"}` or `{"status":"DECLINED","reason":"INSUFFICIENT_FUNDS"}`.
///
/// | answer | what becomes of the order |
/// |---|---|
/// | PAID, DECLINED | its payment |
/// | no answer in time, no connection, 408, 425, 429, 5xx | asked again until it is known |
/// | 401, 403, 404, 405, 407, any redirect: about the caller or the address, not the order | the same, until a person fixes it |
/// | any other status, a body that says neither | refused: set aside with code `gateway_refused` |
public struct HTTPPaymentGateway: PaymentGateway {
    public struct Options: Sendable {
        /// How long one charge may take, from request to answer. At most 30 s, see `maxBatch`.
        public var timeout: Duration = .seconds(10)
        /// The requests that are under way at once, 1...1024.
        public var concurrency = 64

        public init() {}
    }

    /// After so many requests in a row without an answer the rest of the batch is not asked: it would only wait as
    /// long.
    private static let patience = 8

    /// Scheme, host and port only.
    public var displayName: String { endpoint.displayName }
    private let endpoint: HTTPEndpoint
    private let concurrency: Int

    /// A gateway behind a URL.
    public init(_ url: SecretURL, options: Options = Options()) {
        precondition((1...1_024).contains(options.concurrency), "1 to 1024 requests at a time")
        precondition(
            options.timeout > .zero && options.timeout <= .seconds(30),
            "a charge takes more than 0 and at most 30 seconds")
        endpoint = HTTPEndpoint(url, timeout: options.timeout)
        concurrency = options.concurrency
    }

    /// The most orders of one transaction: four rounds of requests.
    ///
    /// So a batch takes four timeouts at most, 2 minutes at the very longest. The member is never ejected for not
    /// polling, and a rebalance does not wait for long. An order that was charged does not wait for the outcome of
    /// thousands that follow it.
    public var maxBatch: Int { 4 * concurrency }

    public func charge(_ requests: [ChargeRequest], traces: [OrderID: CurrentTrace]) async throws -> [ChargeOutcome] {
        var outcomes = [ChargeOutcome?](repeating: nil, count: requests.count)
        var lastFailure: PaymentGatewayError?
        try await withThrowingTaskGroup(of: (Int, ChargeOutcome).self) { group in
            var next = 0
            var failuresInARow = 0
            func start() {
                guard next < requests.count, failuresInARow < HTTPPaymentGateway.patience else { return }
                let index = next
                next += 1
                let request = requests[index]
                guard let trace = traces[request.orderID] else {
                    return group.addTask { (index, try await charge(request)) }
                }
                group.addTask { (index, try await trace.whileCurrent { try await charge(request) }) }
            }
            for _ in 0..<concurrency { start() }
            while let (index, outcome) = try await group.next() {
                outcomes[index] = outcome
                if case .unanswered(let error) = outcome {
                    failuresInARow += 1
                    lastFailure = error
                } else {
                    failuresInARow = 0
                }
                start()
            }
        }
        return outcomes.map { $0 ?? .unanswered(lastFailure ?? PaymentGatewayError("\(displayName) was not asked")) }
    }

    private func charge(_ request: ChargeRequest) async throws -> ChargeOutcome {
        do {
            return outcome(
                try await endpoint.post(
                    HTTPPaymentGateway.body(of: request), idempotencyKey: "charge-\(request.orderID)"))
        } catch let error as HTTPEndpoint.Unreachable {
            return .unanswered(PaymentGatewayError("\(error)"))
        }
    }

    private func outcome(_ answer: HTTPEndpoint.Answer) -> ChargeOutcome {
        switch answer.status {
        case 200: HTTPPaymentGateway.read(answer.body, from: displayName)
        case 408, 425, 429, 500...: .unanswered(PaymentGatewayError("\(displayName) answered \(answer.status)"))
        case 300..<400, 401, 403, 404, 405, 407:
            .unanswered(
                PaymentGatewayError(
                    "\(displayName) answered \(answer.status); check PAYMENT_GATEWAY_URL and what it allows",
                    code: .misconfigured))
        default: .refused("\(displayName) answered \(answer.status)")
        }
    }

    /// The exact decimal, as a JSON number.
    static func body(of request: ChargeRequest) -> [UInt8] {
        var json = JSONBytes(capacity: 160)
        json.append("{\"order_id\":")
        json.append(integer: request.orderID.rawValue)
        json.append(",\"customer_id\":")
        json.append(integer: request.customerID)
        json.append(",\"amount\":")
        json.append(request.amount)
        json.append(",\"currency\":\"")
        json.append(request.amount.currency)
        json.append("\",\"country\":\"")
        json.append(request.country)
        json.append("\"}")
        return json.bytes
    }

    private struct Body: Decodable {
        let status: String
        let reason: String?
    }

    /// A charge that was declined for a reason which is not known here is declined all the same: `PROCESSOR_REFUSED`.
    static func read(_ body: [UInt8]?, from name: String) -> ChargeOutcome {
        guard let body else { return .refused("\(name) answered 200 with more bytes than an answer has") }
        let answer: Body
        do {
            answer = try JSONDecoder().decode(Body.self, from: Data(body))
        } catch {
            return .refused("\(name) answered 200 with a body that is no JSON object with a status")
        }
        switch answer.status {
        case "PAID": return .paid
        case "DECLINED": return .declined(answer.reason.flatMap { DeclineReason(name: $0) } ?? .processorRefused)
        default: return .refused("\(name) answered 200 with a status that is neither PAID nor DECLINED")
        }
    }
}
