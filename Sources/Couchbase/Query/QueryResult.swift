import AsyncHTTPClient
import DequeModule
import Foundation
import NIOCore

/// The rows of a query, as they come. It ends with an error where the query fails after rows were sent.
public final class QueryResult: AsyncSequence, AsyncIteratorProtocol {
    /// A row: any JSON.
    public typealias Element = ByteBuffer

    private var body: HTTPClientResponse.Body.AsyncIterator
    private var parser = QueryResponseParser()
    private var rows = Deque<ByteBuffer>()
    private let isReadOnly: Bool
    private let endpoint: Endpoint

    init(body: HTTPClientResponse.Body, isReadOnly: Bool, endpoint: Endpoint) {
        self.body = body.makeAsyncIterator()
        self.isReadOnly = isReadOnly
        self.endpoint = endpoint
    }

    /// The rows are read once: every iterator goes on where the last one stopped.
    public func makeAsyncIterator() -> QueryResult { self }

    /// The next row; `nil` at the end of a query that succeeded.
    public func next() async throws -> ByteBuffer? {
        try await fill()
        return rows.popFirst()
    }

    /// All rows that are left, decoded from JSON.
    public func rows<Row: Decodable>(as type: Row.Type) async throws -> [Row] {
        var result: [Row] = []
        while let row = try await next() { result.append(try JSONContent.decode(type, from: row)) }
        return result
    }

    /// The name of the plan, where the statement was prepared with this request.
    var plan: String? {
        // Another form of the member is no name.
        parser.members["prepared"].flatMap { try? JSONContent.decode(String.self, from: $0) }
    }

    /// What the service says went wrong, once everything has been read.
    var failure: QueryError? {
        guard let errors = parser.members["errors"] else { return nil }
        do throws(CouchbaseError) {
            return try JSONContent.decode([QueryError].self, from: errors).first
        } catch {
            return QueryError(code: 0, msg: String(buffer: errors), retry: nil, reason: nil)
        }
    }

    /// Reads until there is a row, or the end.
    func fill() async throws {
        while rows.isEmpty, !parser.isAtEnd {
            guard let bytes = try await body.next() else {
                throw CouchbaseError(
                    isReadOnly ? .connectionFailure : .ambiguousConnectionLoss,
                    "\(endpoint) ended its answer to a query too early")
            }
            do throws(QueryResponseParser.Failure) {
                rows += try parser.feed(bytes)
            } catch {
                throw CouchbaseError(.protocolViolation, "the answer of \(endpoint) to a query is \(error)")
            }
        }
        if rows.isEmpty { try check() }
    }

    private func check() throws(CouchbaseError) {
        if let failure {
            throw CouchbaseError(failure.errorCode(isReadOnly: isReadOnly), "\(failure.msg) (\(failure.code))")
        }
        guard let status = parser.members["status"], String(buffer: status) != "\"success\"" else { return }
        throw CouchbaseError(.internalServerFailure, "the query ended with the status \(String(buffer: status))")
    }
}
