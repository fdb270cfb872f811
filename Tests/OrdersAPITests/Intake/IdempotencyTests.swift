import OrderEvents
import Testing

@testable import OrdersAPI

@Suite struct IdempotencyTests {
    @Test(arguments: ["a", "8e03978e-40d5-43dd-bc93-6894a57f9324", String(repeating: "k", count: 255)])
    func aKeyOfVisibleCharactersIsTakenWithOrWithoutQuotes(_ text: String) throws {
        #expect(try IdempotencyKey(header: text).text == text)
        #expect(try IdempotencyKey(header: "\"\(text)\"").text == text)
    }

    @Test(arguments: ["", "\"\"", "a b", "ü", "a\u{7}", String(repeating: "k", count: 256)])
    func otherKeysAreRefused(_ text: String) {
        let problem = #expect(throws: Problem.self) { try IdempotencyKey(header: text) }
        #expect(problem?.errors.map(\.field) == ["Idempotency-Key"])
    }

    @Test func theFingerprintTellsAnyTwoDraftsApartAndFitsTheStore() {
        let base = OrderDraft(customerID: 1, amount: Money(minorUnits: 100, currency: .usd), country: .unitedStates)
        var drafts = [base]
        func vary(_ change: (inout OrderDraft) -> Void) {
            var draft = base
            change(&draft)
            drafts.append(draft)
        }
        vary { $0.id = OrderID(1) }
        vary { $0.customerID = 2 }
        vary { $0.amount.minorUnits = 101 }
        vary { $0.amount.currency = .cad }
        vary { $0.country = .canada }
        vary { $0.status = .created }
        vary { $0.status = .confirmed }
        vary { $0.createdAt = .epoch }
        vary { $0.createdAt = Sample.now }
        #expect(Set(drafts.map(\.fingerprint)).count == drafts.count)
        #expect(drafts.allSatisfy { $0.fingerprint.count <= 64 })
        #expect(base.fingerprint == base.fingerprint)
    }

    @Test func receiptsAreForgottenOldestFirst() throws {
        let state = IntakeState(maximumInFlight: 1, maximumReceipts: 2)
        let keys = try ["a", "b", "c"].map { try IdempotencyKey(header: $0) }
        for (index, key) in keys.enumerated() {
            state.remember(LogReceipt(partition: 0, offset: Int64(index)), of: key)
        }
        #expect(state.receipt(of: keys[0]) == nil)
        #expect(state.receipt(of: keys[1])?.offset == 1)
        #expect(state.receipt(of: keys[2])?.offset == 2)
    }

    @Test func aKeyBelongsToOneRequestAtATimeAndThereAreOnlySoMany() throws {
        let state = IntakeState(maximumInFlight: 1)
        let key = try IdempotencyKey(header: "a")
        #expect(state.take(key))
        #expect(!state.take(key))
        state.release(key)
        #expect(state.take(key))
        #expect(state.enter())
        #expect(!state.enter())
        state.leave()
        #expect(state.enter())
    }
}
