import LogLimit
import Logging
import Metrics
import NIOCore
import OrderEvents
import OrderStore
import Telemetry

/// Takes orders in: checks them, gives them what they lack, and answers once the log has them.
struct OrderIntake: Sendable {
    /// An order has a few hundred bytes.
    static let maximumBodyBytes = 65_536

    let log: any OrderLog
    let store: any OrderStore
    let ids: OrderIDGenerator
    let state: IntakeState
    let known = KnownOrders()
    let accepted: Counter
    let replayed: Counter
    let refused: Counter
    let contradicted: Counter
    let logTime: Metrics.Timer
    let now: @Sendable () -> Timestamp
    private let notTaken = LogLimiter(.warning, "The log did not take an order")
    private let keyProblems = LogLimiter(.warning, "Could not note what became of an idempotency key")

    /// What a request resulted in.
    struct Accepted: Sendable, Equatable {
        let orderID: OrderID
        let status: OrderStatus
        /// nil where the order was accepted by an earlier request of which only the order is still known.
        let receipt: LogReceipt?
        let isReplay: Bool
    }

    init(
        log: any OrderLog, store: any OrderStore, instance: Int, maximumInFlight: Int,
        metricsFactory: any MetricsFactory,
        now: @escaping @Sendable () -> Timestamp
    ) {
        self.log = log
        self.store = store
        self.now = now
        ids = OrderIDGenerator(instance: instance, now: now)
        state = IntakeState(maximumInFlight: maximumInFlight)
        accepted = Metric.ordersAccepted(in: metricsFactory)
        replayed = Metric.ordersReplayed(in: metricsFactory)
        refused = Metric.ordersRefused(in: metricsFactory)
        contradicted = Metric.ordersContradicted(in: metricsFactory)
        logTime = Metric.intakeDuration(in: metricsFactory)
    }

    /// Reads a draft, naming every wrong field. Fields that no order has are wrong, too: a misspelled one would
    /// otherwise be lost in silence.
    static func draft(from body: ByteBuffer, now: Timestamp) throws(Problem) -> OrderDraft {
        let result = body.withUnsafeReadableBytes { OrderDraft.validate(json: $0, unknownField: UnknownField.error) }
        switch result {
        case .success(let draft):
            if let error = draft.createdAt.flatMap({ OrderTime.problem(with: $0, now: now) }) {
                throw .invalidOrder([error])
            }
            return draft
        case .failure(let errors):
            if let malformed = errors.all.first(where: \.isMalformed) { throw .malformedJSON(malformed) }
            throw .invalidOrder(errors.all)
        }
    }

    /// Appends the draft's order, or finds that this was done before.
    func accept(_ draft: OrderDraft, key: IdempotencyKey?, logger: Logger) async throws -> Accepted {
        guard state.enter() else {
            refused.increment()
            throw Problem.unavailable(
                "overloaded", "Too many orders are being taken at the moment; try again", retryAfterSeconds: 1)
        }
        defer { state.leave() }
        guard let key else {
            return try await append(draft, id: draft.id ?? ids.next(), logger: logger)
        }
        guard state.take(key) else { throw Self.inProgress }
        defer { state.release(key) }
        return try await accept(draft, key: key, logger: logger)
    }

    /// With the key held in this process.
    ///
    /// Reserve, append, complete: a crash between any two leaves a reservation. Whoever comes next with the key finds
    /// it "in progress", and as no request of this process has it, carries it out again with the order id it reserved.
    /// Should another instance be at it after all, the order is in the log twice, which is one order.
    private func accept(_ draft: OrderDraft, key: IdempotencyKey, logger: Logger) async throws -> Accepted {
        let id = draft.id ?? ids.next()
        let outcome = try await store.reserveIdempotencyKey(
            key.text, requestHash: draft.fingerprint, orderID: id, now: now())
        switch outcome {
        case .completed(let orderID):
            replayed.increment()
            return Accepted(
                orderID: orderID, status: draft.status ?? .created, receipt: state.receipt(of: key), isReplay: true)
        case .mismatch:
            throw Problem(
                slug: "idempotency-key-reused", title: "Idempotency key reused", status: .unprocessableContent,
                detail: "This Idempotency-Key was used with a different order; use a new key for a new order")
        case .reserved, .inProgress:
            let orderID = if case .inProgress(let reserved) = outcome { reserved } else { id }
            let accepted: Accepted
            do {
                accepted = try await append(draft, id: orderID, logger: logger)
            } catch {
                // Nothing was done: the key may be used for a corrected order.
                if error.slug == Problem.orderConflictSlug { await release(key, logger) }
                throw error
            }
            if let receipt = accepted.receipt { state.remember(receipt, of: key) }
            do {
                try await store.completeIdempotencyKey(key.text, now: now())
            } catch {
                // The log has the order, and that is what counts; a repetition will append it once more, which is
                // harmless.
                keyProblems.log(to: logger, ["error": "\(error)"])
            }
            return accepted
        }
    }

    private func release(_ key: IdempotencyKey, _ logger: Logger) async {
        do {
            try await store.releaseIdempotencyKey(key.text)
        } catch {
            // The same request is answered the same; another one under this key has to wait until the key is forgotten.
            keyProblems.log(to: logger, ["error": "\(error)"])
        }
    }

    private func append(_ draft: OrderDraft, id: OrderID, logger: Logger) async throws(Problem) -> Accepted {
        var (stored, fixed): (OrderTerms?, OrderTerms?) = (nil, nil)
        if draft.id != nil {
            stored = try await storedTerms(of: id, draft, logger)
            fixed = stored
            if fixed == nil { fixed = try recentTerms(of: id, draft) }
        }
        // A generated id says when it was made: a repetition after a crash gets the same time, so the same event. An
        // order that is known keeps the time that it has.
        let createdAt = draft.id == nil ? OrderIDGenerator.time(of: id) : fixed?.createdAt ?? now()
        var order = draft.order(id: id, createdAt: createdAt)
        if let other = known.begin(id, order.terms, isStored: stored != nil) {
            // Another request for this order came between.
            order.createdAt = try agreeing(id, draft, other).createdAt
            if let other = known.begin(id, order.terms, isStored: false) {
                throw contradiction(id, other.differences(to: order.terms))
            }
        }
        do throws(OrderLogError) {
            let began = ContinuousClock.now
            let receipt = try await log.append(order, isTimeAssigned: draft.id != nil && draft.createdAt == nil)
            logTime.record(duration: ContinuousClock.now - began)
            known.end(id, isAccepted: true)
            accepted.increment()
            return Accepted(orderID: id, status: order.status, receipt: receipt, isReplay: false)
        } catch {
            known.end(id, isAccepted: false)
            refused.increment()
            notTaken.log(to: logger, ["order_id": "\(id)", "error": "\(error)"])
            throw Problem.unavailable(
                "log-unavailable",
                "The order log did not confirm the order. Send it again with the same order_id or Idempotency-Key: it will not count twice",
                retryAfterSeconds: error.isRetriable ? 2 : 30)
        }
    }

    /// What the order's first event has fixed, if the store has it.
    ///
    /// - Throws: where the draft contradicts it.
    private func storedTerms(of id: OrderID, _ draft: OrderDraft, _ logger: Logger) async throws(Problem) -> OrderTerms?
    {
        let document: OrderDocument?
        do {
            document = try await store.order(id)
        } catch {
            // Orders are taken without the store. Should it contradict, the services find that.
            logger.debug(
                "An order is taken without a look at the store", metadata: ["order_id": "\(id)", "error": "\(error)"])
            return nil
        }
        // A document without an event has the data of a payment, which fix nothing.
        guard let document, document.hasEvent else { return nil }
        return try agreeing(id, draft, document.order.terms)
    }

    /// What this process knows of the order that the store does not yet.
    ///
    /// - Throws: where the draft contradicts what was accepted.
    private func recentTerms(of id: OrderID, _ draft: OrderDraft) throws(Problem) -> OrderTerms? {
        switch known.standing(of: id) {
        case .fixed(let terms): return try agreeing(id, draft, terms)
        // Perhaps the log has it. The same order keeps its time; another one is the log's to judge.
        case .attempted(let terms): return differences(draft, terms).isEmpty ? terms : nil
        case nil: return nil
        }
    }

    private func agreeing(_ id: OrderID, _ draft: OrderDraft, _ fixed: OrderTerms) throws(Problem) -> OrderTerms {
        let differences = differences(draft, fixed)
        guard differences.isEmpty else { throw contradiction(id, differences) }
        return fixed
    }

    /// A time that the draft leaves open contradicts nothing.
    private func differences(_ draft: OrderDraft, _ fixed: OrderTerms) -> [OrderTerms.Difference] {
        fixed.differences(
            to: OrderTerms(
                customerID: draft.customerID, amount: draft.amount, country: draft.country,
                createdAt: draft.createdAt ?? fixed.createdAt))
    }

    private func contradiction(_ id: OrderID, _ differences: [OrderTerms.Difference]) -> Problem {
        contradicted.increment()
        return .orderConflict(id, differences)
    }

    private static var inProgress: Problem {
        Problem(
            slug: "idempotency-key-in-progress", title: "Request in progress", status: .conflict,
            detail: "A request with this Idempotency-Key is being carried out; ask again for its outcome",
            headers: [.retryAfter: "1"])
    }
}
