import Testing

@testable import OrderEvents

@Suite struct GeneratorSpreadTests {
    private let generator = OrderGenerator(seed: 9)

    @Test func ordersAreByManyCustomersSomeOfWhomComeBack() {
        let customers = (0..<20_000).map { generator.order(at: $0, createdAt: .epoch).customerID }
        let distinct = Set(customers)
        #expect(distinct.count > 12_000)
        #expect(distinct.count < 20_000)
        #expect(customers.allSatisfy { (1_000..<201_000).contains($0) })
    }

    @Test func changesFallOnAllOrdersOfTheirBlockAlike() {
        var places: Set<Int64> = []
        for sequence in Int64(0)..<16_000 {
            guard case .changed(let index, _) = generator.step(sequence) else { continue }
            places.insert(index % 15)
        }
        #expect(places.count == 15)
    }
}
