import Foundation
import HummingbirdTesting
import OrderEvents
import OrderStore
import Testing

@testable import OrdersAPI

@Suite("The API's contract")
struct ContractTests {
    private func document() throws -> JSONValue {
        let routes = try APIFixture().service.routes.table.routes
        let buffer = OpenAPIDocument(routes: routes, version: "0").json.buffer
        return try JSONValue(String(buffer: buffer))
    }

    @Test("every route is in the document, and nothing else")
    func complete() throws {
        let document = try document()
        let described = try #require(document["paths"]?.keys).flatMap { path in
            (document.member("paths")?.member(path)?.keys ?? []).map { "\($0.uppercased()) \(path)" }
        }
        let routes = try APIFixture().service.routes.table.routes.map {
            "\($0.endpoint.method.rawValue) \($0.endpoint.path)"
        }
        #expect(described.sorted() == routes.sorted())
    }

    @Test("every form that is named is there, and every form that is there is named")
    func forms() throws {
        let text = try document().description
        let named = Set(text.matches(of: /#\/components\/schemas\/(\w+)/).map { String($0.1) })
        let there = Set(Contract.schemas.map(\.name))
        #expect(named == there.subtracting(["StatsEvent"]))
        #expect(there.count == Contract.schemas.count)
    }

    @Test("operations have names of their own, and each says who may call it")
    func operations() throws {
        let endpoints = try APIFixture().service.routes.table.routes.map(\.endpoint)
        #expect(Set(endpoints.map(\.operationID)).count == endpoints.count)
        let document = try document()
        for endpoint in endpoints {
            let operation = document.member("paths")?.member(endpoint.path)?
                .member(endpoint.method.rawValue.lowercased())
            #expect(operation?["x-access"]?.string?.isEmpty == false)
            #expect(operation?["operationId"]?.string == endpoint.operationID)
        }
    }

    /// The dashboard's types are made from this file. To write it again: ORDERS_WRITE_OPENAPI=1 swift test --filter ContractTests
    @Test("docs/openapi.json is what the server gives")
    func file() throws {
        let root = URL(fileURLWithPath: #filePath).appending(path: "../../../..").standardized
        let file = root.appending(path: "docs/openapi.json")
        let object = try JSONSerialization.jsonObject(with: Data(document().description.utf8))
        let text =
            String(
                decoding: try JSONSerialization.data(
                    withJSONObject: object, options: [.prettyPrinted, .sortedKeys, .withoutEscapingSlashes]),
                as: UTF8.self) + "\n"
        if ProcessInfo.processInfo.environment["ORDERS_WRITE_OPENAPI"] != nil {
            try text.write(to: file, atomically: true, encoding: .utf8)
        }
        let written = try JSONSerialization.jsonObject(with: Data(contentsOf: file)) as? NSDictionary
        #expect(written == object as? NSDictionary, "see this test for how to write it again")
    }

    @Test("the document and the page of calls are served, and a client that has them is answered without a body")
    func served() async throws {
        let api = try APIFixture()
        try await api.test { client in
            for path in ["/openapi.json", "/docs", "/docs/style.css"] {
                let response = try await client.get(path)
                #expect(response.status == .ok)
                let tag = try #require(response.headers[.eTag])
                for known in [tag, "\"other\", \(tag)", "*", String(tag.dropFirst(2))] {
                    let again = try await client.get(path, headers: [.ifNoneMatch: known])
                    #expect(again.status == .notModified && again.body.readableBytes == 0)
                    #expect(again.headers[.eTag] == tag)
                }
                #expect(try await client.get(path, headers: [.ifNoneMatch: "\"other\""]).status == .ok)
            }
            #expect(try await client.get("/openapi.json").json["info.version"]?.string == "1.2.3")
        }
    }

    @Test("the page of calls has a command for each, and asks no other server for anything")
    func page() async throws {
        let routes = try APIFixture().service.routes.table.routes
        let page = DocsPage(routes: routes, authority: "localhost:8080").html
        for route in routes {
            #expect(page.contains("id=\"\(route.endpoint.operationID)\""))
        }
        #expect(page.components(separatedBy: "<pre>curl").count - 1 == routes.count)
        #expect(
            page.matches(of: /(src|href)="([^"#]*)/).map { String($0.2) }.allSatisfy { $0.hasPrefix("/") || $0.isEmpty }
        )
        #expect(!page.contains("<script") && !page.contains("style="))
        #expect(page.contains("-X POST -H 'Content-Type: application/json' --data-binary '{&quot;customer_id&quot;"))
    }

    @Test("an order that has not changed is not sent again")
    func orderTag() async throws {
        let api = try APIFixture()
        try await api.store.apply(StoreBatch(orders: [Sample.document(1)]))
        try await api.test { client in
            let tag = try #require(try await client.get("/api/orders/1").headers[.eTag])
            #expect(try await client.get("/api/orders/1", headers: [.ifNoneMatch: tag]).status == .notModified)
            try await api.store.apply(StoreBatch(orders: [Sample.document(1, revision: 2, paid: true)]))
            #expect(try await client.get("/api/orders/1", headers: [.ifNoneMatch: tag]).status == .ok)
        }
    }
}
