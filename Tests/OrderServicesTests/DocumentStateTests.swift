import OrderEvents
import Testing

@testable import OrderServices

@Suite struct DocumentStateTests {
    private func document(_ index: Int64, sections: Int) -> OrderDocument {
        let order = OrderGenerator(seed: 3).order(
            at: index, createdAt: Timestamp(millisecondsSinceEpoch: 1_700_000_000_000 + index))
        var document = OrderDocument(
            order: order, revision: index, updatedAt: Timestamp(millisecondsSinceEpoch: index * 7))
        let time = Timestamp(millisecondsSinceEpoch: 5 + index)
        if sections & 1 != 0 {
            document.payment = Payment(
                orderID: order.id, customerID: order.customerID, status: sections & 2 != 0 ? .declined : .paid,
                amount: order.amount,
                country: order.country, declineReason: sections & 2 != 0 ? DeclineReason.allCases.last : nil,
                processedAt: time)
        }
        if sections & 4 != 0 {
            document.fraud = FraudAlert(
                orderID: order.id, customerID: order.customerID, reason: .highAmountRiskyCountry, amount: order.amount,
                country: order.country, detectedAt: time)
        }
        if sections & 8 != 0 { document.createdSeenAt = time }
        if sections & 16 != 0 { document.confirmedSeenAt = time }
        if sections & 32 != 0 { document.cancelledSeenAt = time }
        return document
    }

    private func state(_ document: OrderDocument) -> [UInt8] {
        var bytes: [UInt8] = [9, 9, 9]
        DocumentState.encode(document, into: &bytes)
        return bytes
    }

    private func decoded(_ bytes: some Collection<UInt8>, id: OrderID) throws -> OrderDocument {
        try Array(bytes).withUnsafeBytes { try DocumentState.decode($0, id: id) }
    }

    @Test func everyKindOfDocumentComesBackAsItWas() throws {
        for sections in 0..<64 {
            let document = document(Int64(sections) + 1, sections: sections)
            let bytes = state(document)
            #expect(bytes.count < 100)
            #expect(try decoded(bytes, id: document.order.id) == document)
        }
    }

    @Test func aDocumentWhosePaymentDiffersComesBackAsItWas() throws {
        var document = document(7, sections: 5)
        document.payment?.amount.minorUnits += 1
        #expect(try decoded(state(document), id: document.order.id) == document)
    }

    @Test func aDocumentThatWasContradictedComesBackAsItWas() throws {
        var document = document(7, sections: 63)
        var event = document.order
        event.amount.minorUnits += 5
        event.createdAt = event.createdAt.advanced(byMilliseconds: 1)
        document.noteConflict(event, at: Timestamp(millisecondsSinceEpoch: 99))
        #expect(try decoded(state(document), id: document.order.id) == document)
    }

    @Test func damagedBytesAreAnErrorAndNoTrap() {
        let document = document(9, sections: 63)
        let bytes = state(document)
        for length in 0..<bytes.count {
            #expect(throws: DocumentStateError.self) { try decoded(bytes.prefix(length), id: document.order.id) }
        }
        for index in bytes.indices {
            var damaged = bytes
            damaged[index] ^= 0xFF
            // Any answer but a trap will do: most damage gives other values.
            _ = try? decoded(damaged, id: document.order.id)
        }
    }
}
