import OrderEvents
import Testing

@testable import StreamProcessing

@Suite("Finding out the count of homes") struct HomeEvidenceTests {
    private func evidence(_ ids: ClosedRange<Int64>, homes: Int32, counts: [Int32]) -> HomeEvidence {
        var evidence = HomeEvidence(counts: counts)
        for id in ids { add(id, homes, to: &evidence) }
        return evidence
    }

    private func add(_ id: Int64, _ homes: Int32, to evidence: inout HomeEvidence) {
        let key = OrderKey(OrderID(id)!)
        key.withUnsafeBytes { evidence.add(key: $0, partition: key.partition(of: homes)) }
    }

    @Test(
        "the records say with which count their homes were computed, whatever the topics have now",
        arguments: [[6, 6, 6, 6], [12, 6, 6, 6], [12, 12, 12, 12], [8, 7, 24, 9]] as [[Int32]])
    func found(_ counts: [Int32]) {
        #expect(evidence(1...200, homes: 6, counts: counts).verdict == .count(6))
    }

    @Test("without any record the smallest topic's count is right: nothing lies anywhere yet")
    func empty() {
        #expect(HomeEvidence(counts: [12, 6, 6, 6]).verdict == .count(6))
        #expect(evidence(1...1, homes: 1, counts: [1, 1, 1, 1]).verdict == .count(1))
    }

    @Test("records of two counts contradict each other, and it is said how many")
    func contradictory() {
        var evidence = evidence(1...300, homes: 6, counts: [12, 12, 12, 12])
        for id in Int64(301)...400 { add(id, 12, to: &evidence) }
        guard case .contradictory(let likeliest, let records) = evidence.verdict else {
            Issue.record("no contradiction was seen")
            return
        }
        #expect(records == 400)
        #expect(likeliest.map(\.count) == [6, 12])
        #expect(likeliest[0].misfits > 0 && likeliest[0].misfits < likeliest[1].misfits)
    }
}
