import APIAccess
import DeadLetters
import HTTPTypes
import Hummingbird
import NIOCore
import OrderEvents
import OrderStore

/// Whole lists as files. A page at a time is read and written, so that an export of any length takes the memory of two.
extension APIRoutes {
    private static let exportedPage = 500

    private static let format = QueryParameter<ExportFormat>.choice(
        "format", ExportFormat.allCases.map { ($0.rawValue, $0) }, "csv (RFC 4180) or ndjson; ndjson if left out")

    var exportOrders: Route {
        Route(
            Self.exportEndpoint(
                "orders", "All orders that pass the filters, as a file that is made while it is sent",
                OrderParameters.filter + [OrderParameters.sort.spec])
        ) { request, context, query in
            let filter = try OrderFilter(query: query)
            let sort = try query.value(OrderParameters.sort) ?? .newestFirst
            return try await export("orders", query, request, OrderLine.header) { (cursor: OrderCursor?) in
                let page = try await store.orders(
                    matching: filter, sort: sort, after: cursor, limit: Self.exportedPage)
                return (page.items.map(OrderLine.init), page.next)
            }
        }
    }

    var exportAlerts: Route {
        Route(Self.exportEndpoint("alerts", "All fraud alerts, the latest first, as a file", [])) {
            request, context, query in
            try await export("alerts", query, request, AlertLine.header) { (cursor: OrderCursor?) in
                let page = try await store.alerts(after: cursor, limit: Self.exportedPage)
                return (page.items.compactMap(\.fraud).map(AlertLine.init), page.next)
            }
        }
    }

    var exportDeadLetters: Route {
        Route(
            Self.exportEndpoint(
                "dead-letters", "The dead letters that are kept in memory, the newest first, as a file",
                DeadLetterParameters.filter)
        ) { request, context, query in
            let filter = try DeadLetterFilter(query: query)
            guard let deadLetters else { throw Self.noDeadLetters }
            return try await export("dead-letters", query, request, DeadLetterLine.header) {
                (cursor: DeadLetterCursor?) in
                let page = deadLetters.page(filter, after: cursor, limit: 100)
                return (page.entries.map(DeadLetterLine.init), page.next)
            }
        }
    }

    private static func exportEndpoint(_ list: String, _ summary: String, _ filters: [ParameterSpec]) -> Endpoint {
        Endpoint(
            method: .get, path: "/api/exports/\(list)", access: .scope(.read), summary: summary,
            parameters: filters + [format.spec],
            responses: ExportFormat.allCases.map { .init(status: .ok, contentType: $0.contentType, schema: "") }
                + [.problem(.badRequest)])
    }

    /// The first page is read before the head is sent: a store that is away is an error, and not half a file. Where a
    /// later page fails the connection is cut, and the client sees that the file is not whole.
    private func export<Line: ExportLine, Cursor: Sendable>(
        _ list: String, _ query: QueryValues, _ request: Request, _ header: String,
        _ page: @escaping @Sendable (Cursor?) async throws -> ([Line], Cursor?)
    ) async throws -> Response {
        let format = try query.value(Self.format) ?? .ndjson
        guard exportGate.enter() else {
            throw Problem.unavailable(
                "too-many-exports", "As many exports as this server makes at a time are under way",
                retryAfterSeconds: 10)
        }
        let place = ExportPlace(gate: exportGate)
        let first = try await page(nil)
        return Response(
            status: .ok,
            headers: [
                .contentType: format.contentType, .cacheControl: "no-store",
                .contentDisposition: "attachment; filename=\"\(list).\(format.rawValue)\"",
            ],
            body: .init { writer in
                // Held until the last byte is taken, or the client is gone.
                defer { place.leave() }
                if format == .csv { try await writer.write(ByteBuffer(string: header + "\r\n")) }
                var (lines, next) = first
                while true {
                    if !lines.isEmpty { try await writer.write(format.bytes(of: lines)) }
                    guard let cursor = next else { break }
                    try Task.checkCancellation()
                    (lines, next) = try await page(cursor)
                }
                try await writer.finish(nil)
            })
    }
}

/// An export's place among those that may be under way: given back once, also where its body was never asked for.
private final class ExportPlace: Sendable {
    private let gate: Gate
    private let isHeld = Gate(1)

    init(gate: Gate) { self.gate = gate }

    func leave() {
        if isHeld.enter() { gate.leave() }
    }

    deinit { leave() }
}
