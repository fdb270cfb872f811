import HTTPTypes
import HummingbirdTesting
import NIOCore
import OrderEvents
import Testing

@testable import OrdersAPI

@Suite("Orders in batches")
struct OrderBatchTests {
    private static func order(_ id: Int64, amount: String = "10.00") -> String {
        #"{"order_id":\#(id),"customer_id":1,"amount":\#(amount),"currency":"USD","country":"US"}"#
    }

    private static let lines: HTTPFields = [.contentType: "application/x-ndjson"]

    @Test("an array and lines are the same batch, each order with its own result in its place")
    func each() async throws {
        let bodies = [Self.order(1), "{\"customer_id\":1}", Self.order(2), "nonsense", Self.order(1, amount: "11.00")]
        for (body, headers) in [
            ("[\(bodies.joined(separator: " ,\n"))]", [:] as HTTPFields),
            (bodies.joined(separator: "\r\n\n"), Self.lines),
        ] {
            let api = try APIFixture()
            try await api.test { client in
                let response = try await client.post(body, headers: headers)
                #expect(response.status == .ok)
                let json = try response.json
                #expect((0..<5).map { json["results.\($0).status"]?.int } == [202, 422, 202, 400, 409])
                #expect((0..<5).map { json["results.\($0).index"]?.int } == [0, 1, 2, 3, 4])
                #expect(json["results.2.order.order_id"]?.int == 2)
                #expect(json["results.4.problem.type"]?.string?.hasSuffix("order-conflict") == true)
                #expect(json["accepted"]?.int == 2 && json["refused"]?.int == 3)
            }
        }
    }

    @Test("a batch that is sent again under its key is placed once")
    func again() async throws {
        let api = try APIFixture()
        try await api.test { client in
            let body = "[\(Self.order(1)),{\"customer_id\":2,\"amount\":5,\"currency\":\"USD\",\"country\":\"US\"}]"
            let first = try await client.post(body, key: "batch").json
            let second = try await client.post(body, key: "batch").json
            for place in 0..<2 {
                #expect(first["results.\(place).order"] == second["results.\(place).order"])
                #expect(first["results.\(place).replayed"] == nil)
                #expect(second["results.\(place).replayed"]?.bool == true)
            }
            let other = try await client.post("[\(Self.order(9))]", key: "batch").json
            #expect(other["results.0.status"]?.int == 422)
            #expect(try await client.post(body, key: String(repeating: "k", count: 255)).status == .badRequest)
        }
    }

    @Test(
        "a body that is no batch is refused as a whole",
        arguments: [
            ("[", 400), ("[]", 400), ("[1,]", 400), ("[1}", 400), ("[1] 2", 400), ("[[1]", 400), ("[\"]", 400),
        ])
    func refused(_ body: String, _ status: Int) async throws {
        try await APIFixture().test { client in
            let response = try await client.post(body)
            #expect(response.status.code == status)
            #expect(response.headers[.contentType] == "application/problem+json")
        }
    }

    @Test("a batch is bounded by its orders and its bytes, and one order by its own")
    func bounds() async throws {
        try await APIFixture().test { client in
            let many = Array(repeating: "{}", count: OrderBatch.maximumOrders + 1)
            #expect(try await client.post("[\(many.joined(separator: ","))]").status == .contentTooLarge)
            #expect(try await client.post(many.joined(separator: "\n"), headers: Self.lines).status == .contentTooLarge)
            let most = try await client.post("[\(many.dropLast().joined(separator: ","))]").json
            #expect(most["refused"]?.int == 1_000)
            let long = String(repeating: " ", count: OrderBatch.maximumBodyBytes)
            #expect(try await client.post("[\(Self.order(1))\(long)]").status == .contentTooLarge)
            #expect(
                try await client.post(Self.order(1) + String(repeating: " ", count: 70_000)).status == .contentTooLarge)
            #expect(try await client.post(Self.order(1), headers: [.contentType: "text/csv"]).status.code == 415)
        }
    }

    @Test("brackets and commas inside of strings end nothing")
    func strings() throws {
        let parts = [#"{"a":"],[","b":[1,{"c":2}]}"#, #""\"],""#, "3"]
        let batch = try OrderBatch(ByteBuffer(string: "[" + parts.joined(separator: ",") + "]"), isLines: false)
        #expect(batch == .many(parts.map { ByteBuffer(string: $0) }))
    }
}
