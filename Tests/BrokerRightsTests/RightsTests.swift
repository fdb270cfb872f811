import Testing

@testable import BrokerRights

@Suite("What users may do")
struct RightsTests {
    private func rights(_ grants: String...) throws -> Rights {
        Rights(["shop": try grants.map { try #require(Grant($0)) }])
    }
    private let shop = Principal.user("shop")

    @Test("A producer of one topic appends to it, idempotently, and does nothing else")
    func producer() throws {
        let rights = try rights("write:orders")
        #expect(rights.allows(shop, .write, .topic("orders")))
        #expect(rights.allows(shop, .describe, .topic("orders")))
        #expect(rights.allows(shop, .idempotentWrite, .cluster))
        for operation in [Operation.read, .create, .delete, .alter, .alterConfigs] {
            #expect(!rights.allows(shop, operation, .topic("orders")))
        }
        #expect(!rights.allows(shop, .write, .topic("orders-2")))
        #expect(!rights.allows(shop, .write, .transactionalID("orders")))
        #expect(!rights.allows(shop, .read, .group("orders")))
        for operation in Resource.cluster.operations where operation != .idempotentWrite {
            #expect(!rights.allows(shop, operation, .cluster))
        }
    }

    @Test("A consumer needs the topic and its group, and may not write")
    func consumer() throws {
        let rights = try rights("read:pay*", "group:reports-*")
        #expect(rights.allows(shop, .read, .topic("payments")))
        #expect(!rights.allows(shop, .read, .topic("orders")))
        #expect(!rights.allows(shop, .write, .topic("payments")))
        #expect(!rights.allows(shop, .idempotentWrite, .cluster))
        #expect(rights.allows(shop, .read, .group("reports-1")))
        #expect(!rights.allows(shop, .read, .group("payments-group")))
    }

    @Test("An administrator of everything may do everything; one of some topics only with these")
    func administrators() throws {
        let all = try rights("admin:*")
        for resource in [Resource.topic("t"), .group("g"), .transactionalID("x"), .cluster] {
            for operation in resource.operations { #expect(all.allows(shop, operation, resource)) }
        }
        let some = try rights("admin:orders*")
        #expect(some.allows(shop, .create, .topic("orders-2")))
        #expect(!some.allows(shop, .create, .topic("payments")))
        #expect(!some.allows(shop, .read, .group("g")))
        #expect(!some.allows(shop, .clusterAction, .cluster))
    }

    @Test("Who is not named may do nothing; a listener without logins allows everything")
    func principals() throws {
        let rights = try rights("admin:*")
        #expect(!rights.allows(.user("other"), .describe, .topic("orders")))
        #expect(rights.allows(.anyone, .delete, .topic("orders")))
    }

    @Test("Operations are shown as Kafka's bits")
    func operations() throws {
        let rights = try rights("write:orders")
        #expect(rights.operations(shop, .topic("orders")) == 1 << 4 | 1 << 8 | 1 << 10)
        #expect(rights.operations(shop, .cluster) == 1 << 12)
        #expect(rights.operations(.anyone, .group("g")) == 1 << 3 | 1 << 6 | 1 << 8)
    }

    @Test("A right that is none is refused", arguments: ["", "orders", "own:orders", "read:", "read:a*b", "read:a b"])
    func malformed(text: String) {
        #expect(Grant(text) == nil)
    }
}
