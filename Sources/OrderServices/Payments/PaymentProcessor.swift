import Kafka
import OrderEvents
import StreamProcessing

/// Charges each order once, at its first CREATED or CONFIRMED event, never at a CANCELLED one, and never what
/// contradicts its first event: that is a conflict, which changes nothing (analytics sets it aside).
///
/// The keyed state, restored from the payments topic, knows the orders that have their outcome; and, restored from
/// `orders`, what the first event of the others was.
///
/// An order that the processor refuses is a dead letter with code `gateway_refused`, and has no payment: a later
/// event of it, or the dead letter sent again, charges it.
public final class PaymentProcessor: StreamProcessor {
    public static let definition = TaskDefinition(
        Topology.payments, stateOf: TaskDefinition.always(PaymentStanding.settled),
        // Whoever has an outcome is known from the payments topic already.
        stateOfInput: TaskDefinition.input(Topics.orders) { order in (order.id, PaymentStanding.open(order.terms)) })

    private struct Due {
        var order: Order
        var record: Record

        var request: ChargeRequest {
            ChargeRequest(orderID: order.id, customerID: order.customerID, amount: order.amount, country: order.country)
        }
    }

    private let gateway: any PaymentGateway
    private let reader = OrderReader()
    private var standings = KeyedState<OrderID, PaymentStanding>()
    private var due: [Due] = []
    private var misplaced: [Due] = []
    /// What the processor said of a batch of which it did not answer all. It would say the same again; what is known is
    /// not asked again, so that a processor which answers only some of the time gets through a batch.
    private var known = Answers<ChargeRequest, ChargeOutcome>()

    public init(gateway: any PaymentGateway) { self.gateway = gateway }

    public nonisolated(nonsending) func process(_ batch: RecordBatch, in context: any TaskContext) async throws {
        due.removeAll(keepingCapacity: true)
        misplaced.removeAll(keepingCapacity: true)
        for record in batch { try collect(record, in: context) }
        let outcomes = due.isEmpty ? [] : try await charge(in: context)
        // The transaction begins only now: its time is bounded, and the processor may be slow.
        for misplaced in misplaced { try reader.sendHome(misplaced.order, misplaced.record, in: context) }
        let now = Timestamp(millisecondsSinceEpoch: context.nowMilliseconds)
        for (due, outcome) in zip(due, outcomes) { try settle(due, outcome, at: now, in: context) }
    }

    /// Notes the order if it has to be charged. Within a batch its first event counts.
    private func collect(_ record: Record, in context: any TaskContext) throws {
        guard let order = reader.read(record, in: context) else { return }
        switch reader.place(order, record, in: context) {
        case .home: break
        // Its copy is there already.
        case .moved: return
        case .astray: return misplaced.append(Due(order: order, record: record))
        }
        let standing = try standings.value(for: order.id) {
            try context.state(PaymentStanding.self, of: order.id, partition: record.partition)
        }
        switch standing {
        case .settled: return
        case .open(let first) where !first.differences(to: order, in: record).isEmpty: return
        case .open, nil: break
        }
        if order.status == .cancelled {
            if standing == nil { keepOpen(order, record, in: context) }
            return
        }
        standings.set(.settled, for: order.id)
        due.append(Due(order: order, record: record))
    }

    private func keepOpen(_ order: Order, _ record: Record, in context: any TaskContext) {
        let standing = PaymentStanding.open(order.terms)
        standings.set(standing, for: order.id)
        context.keep(standing, of: order.id, partition: record.partition)
    }

    /// The outcome of every order that is due; an error where one is missing, after keeping the others.
    private nonisolated(nonsending) func charge(in context: any TaskContext) async throws -> [ChargeOutcome] {
        let unknown =
            known.isEmpty
            ? Array(due.indices)
            : due.indices.filter { known.answer(to: due[$0].request, about: due[$0].record) == nil }
        let requests = unknown.map { due[$0].request }
        let answers = try await gateway.charge(requests, traces: context.traces(of: requests.lazy.map(\.orderID)))
        guard answers.count == unknown.count else {
            throw PaymentGatewayError("the processor answered \(answers.count) of \(unknown.count) charges")
        }
        var failure: PaymentGatewayError?
        for case .unanswered(let error) in answers { failure = error }
        if failure == nil, known.isEmpty { return answers }
        for (index, answer) in zip(unknown, answers) {
            if case .unanswered = answer { continue }
            known.note(answer, to: due[index].request, about: due[index].record)
        }
        if var failure {
            failure.madeProgress = answers.contains { if case .unanswered = $0 { false } else { true } }
            throw failure
        }
        return try due.map {
            guard let outcome = known.answer(to: $0.request, about: $0.record) else {
                throw PaymentGatewayError("the charge of order \($0.order.id) was not asked")
            }
            return outcome
        }
    }

    private func settle(_ due: Due, _ outcome: ChargeOutcome, at now: Timestamp, in context: any TaskContext) throws {
        switch outcome {
        case .paid: try emit(due, .paid, nil, at: now, in: context)
        case .declined(let reason): try emit(due, .declined, reason, at: now, in: context)
        case .refused(let detail):
            keepOpen(due.order, due.record, in: context)
            context.deadLetter(due.record, DeadLetterReason(code: DeadLetterReason.refusedCode, detail: detail))
        case .unanswered(let error): throw error
        }
    }

    private func emit(
        _ due: Due, _ status: PaymentStatus, _ reason: DeclineReason?, at now: Timestamp, in context: any TaskContext
    ) throws {
        let order = due.order
        let payment = Payment(
            orderID: order.id, customerID: order.customerID, status: status, amount: order.amount,
            country: order.country,
            declineReason: reason, processedAt: now)
        try context.emit(
            payment, on: Topics.payments, keeping: PaymentStanding.settled, partition: due.record.partition)
    }

    public func commit() {
        standings.commit()
        known.removeAll()
    }

    public func reset() { standings.reset() }
}
