import NIOCore
import OrderEvents
import OrderStore
import Testing

@testable import OrdersAPI

@Suite("Filters of the event stream")
struct EventFilterTests {
    private let start = ContinuousClock.now
    private var core: HubCore

    init() {
        core = HubCore(limits: EventStreamLimits())
        core.positioned(at: [0: 0])
    }

    private func stats(_ since: StatsSince) -> ByteBuffer { ByteBuffer(string: "event: stats\ndata: {}\n") }

    private mutating func listen(_ filter: EventFilter) -> (id: HubCore.ClientID, first: String) {
        let id = core.subscribe(lastEventID: nil, filter: filter, now: start, stats: stats) ?? 0
        var first = ""
        if case .send(let bytes) = core.next(id, now: start) { first = String(buffer: bytes) }
        _ = core.next(id, now: start)
        return (id, first)
    }

    private mutating func flush() -> [HubCore.ClientID: String] {
        Dictionary(uniqueKeysWithValues: core.flush(now: start, stats: stats).map { ($0.0, String(buffer: $0.1)) })
    }

    @Test("a client gets the orders that it asked for, and nothing of the others")
    mutating func orders() {
        let german = listen(EventFilter(kind: .order, orders: OrderFilter(country: .germany))).id
        let large = listen(EventFilter(kind: .order, orders: OrderFilter(minimumAmount: 9_000_000))).id
        let all = listen(.all).id
        let documents = [
            Sample.document(1), Sample.document(2, country: .germany), Sample.document(3, cents: 90_000),
        ]
        core.ingest(documents.enumerated().map { (partition: 0, offset: Int64($0.offset), document: $0.element) })
        core.publish(tick: 1)
        let sent = flush()
        #expect(sent[german]?.matches(of: /"order_id":(\d)/).map { String($0.1) } == ["2"])
        #expect(sent[large]?.matches(of: /"order_id":(\d)/).map { String($0.1) } == ["3"])
        #expect(sent[all]?.matches(of: /"order_id":(\d)/).map { String($0.1) } == ["1", "2", "3"])
        #expect(sent[german]?.contains("event: stats") == false && sent[all]?.contains("event: stats") == true)
        #expect(sent.values.allSatisfy { !$0.contains("skipped") })
    }

    @Test("a client for whom nothing came goes on waiting, and gets what comes later")
    mutating func waiting() {
        let german = listen(EventFilter(orders: OrderFilter(country: .germany))).id
        core.ingest([(partition: 0, offset: 0, document: Sample.document(1))])
        #expect(flush().isEmpty)
        core.ingest([(partition: 0, offset: 1, document: Sample.document(2, country: .germany))])
        #expect(flush()[german]?.contains("\"order_id\":2") == true)
    }

    @Test("a client of figures alone gets no orders, one of orders alone no figures")
    mutating func kinds() {
        let figures = listen(EventFilter(kind: .stats))
        let orders = listen(EventFilter(kind: .order))
        #expect(figures.first.contains("event: stats") && !orders.first.contains("event: stats"))
        #expect(orders.first.hasPrefix("retry:"))
        core.ingest([(partition: 0, offset: 0, document: Sample.document(1))])
        #expect(flush().keys.sorted() == [orders.id])
        core.publish(tick: 1)
        #expect(flush().keys.sorted() == [figures.id])
    }
}
