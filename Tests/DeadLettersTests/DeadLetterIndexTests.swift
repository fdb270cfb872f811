import OrderEvents
import Testing
import TestSupport

@testable import DeadLetters

@Suite struct DeadLetterIndexTests {
    private enum Step {
        case letter(DeadLetter)
        case decision(DeadLetterDecision)
    }

    /// Dead letters of 40 origins by three groups; some replayed through one of the groups, some discarded by one, some both.
    private var steps: [Step] {
        var steps: [Step] = []
        for origin in Int64(0)..<40 {
            for (number, group) in ["fraud-group", "payments-group", "analytics-group"].enumerated()
            where (origin + Int64(number)) % 5 != 0 {
                let letter = Letters.letter(
                    origin, origin: origin * 37, partition: Int32(origin % 3), group: group, failedAt: 1_000 + origin)
                steps.append(.letter(letter))
                if origin % 7 == 0, number == 1 {
                    steps.append(.decision(Letters.decision(.replayed, letter, at: 5_000 + origin)))
                }
                if origin % 4 == 0, number == 2 {
                    steps.append(.decision(Letters.decision(.discarded, letter, at: 6_000 + origin)))
                }
            }
        }
        return steps
    }

    private func index(_ steps: [Step], _ limits: DeadLetterIndex.Limits = .init()) -> DeadLetterIndex {
        var index = DeadLetterIndex(limits: limits)
        for step in steps {
            switch step {
            case .letter(let letter): index.add(letter)
            case .decision(let decision): index.add(decision)
            }
        }
        return index
    }

    private func counts(_ index: DeadLetterIndex) -> [String: Int] {
        Dictionary(uniqueKeysWithValues: index.openCounts.map { ("\($0.topic.topic) \($0.topic.group)", $0.open) })
    }

    @Test func theCountsAreThoseOfTheLedgerInWhateverOrderThingsCome() {
        var ledger = DeadLetterLedger()
        for case .decision(let decision) in steps { ledger.add(decision) }
        var expected: [String: Int] = [
            "orders fraud-group": 0, "orders payments-group": 0, "orders analytics-group": 0,
        ]
        for case .letter(let letter) in steps where ledger.standing(of: letter).state == .open {
            expected["orders \(letter.id.group)", default: 0] += 1
        }
        #expect(expected.values.allSatisfy { $0 > 0 })
        var random = SeededGenerator(seed: 30)
        for _ in 0..<30 {
            // Everything, in any order, some of it twice.
            let shuffled = (steps + steps.filter { _ in Bool.random(using: &random) }).shuffled(using: &random)
            let index = index(shuffled)
            #expect(counts(index) == expected)
            #expect(index.open == expected.values.reduce(0, +))
            let origins = steps.compactMap { step -> DeadLetterOrigin? in
                if case .letter(let letter) = step, ledger.standing(of: letter).state == .open {
                    letter.origin
                } else {
                    nil
                }
            }
            #expect(index.openRecords == Set(origins).count)
            let page = index.page(DeadLetterFilter(state: .open), after: nil, limit: 1_000)
            #expect(page.entries.count == index.open && !page.hasMore)
            let all = index.page(DeadLetterFilter(), after: nil, limit: 1_000).entries
            #expect(all.allSatisfy { $0.standing.state == ledger.standing(of: $0.letter).state })
        }
    }

    @Test func decisionsThatComeAfterTheirLettersHaveTheirTimes() {
        let index = index(
            steps.filter { if case .letter = $0 { true } else { false } }
                + steps.filter { if case .decision = $0 { true } else { false } })
        for entry in index.page(DeadLetterFilter(), after: nil, limit: 1_000).entries {
            #expect((entry.standing.decidedAt == nil) == (entry.standing.state == .open))
        }
    }

    @Test func pagesGoThroughAllLettersOnceNewestFirstWhileOthersCome() {
        var index = index(steps)
        let all = index.page(DeadLetterFilter(), after: nil, limit: 1_000).entries.map(\.letter.id)
        #expect(all.count == Set(all).count && all.count == index.keptCount)
        var seen: [DeadLetterID] = []
        var place: (failedAt: Int64, id: DeadLetterID)?
        while true {
            let page = index.page(DeadLetterFilter(), after: place, limit: 7)
            seen += page.entries.map(\.letter.id)
            index.add(
                Letters.letter(
                    1_000 + Int64(seen.count), origin: 90_000 + Int64(seen.count), failedAt: 9_000 + Int64(seen.count)))
            guard page.hasMore, let last = page.entries.last else { break }
            place = (last.letter.failedAt, last.letter.id)
        }
        #expect(seen == all)
    }

    @Test func onlyTheNewestAreKeptAndTheCountsStayExact() {
        var limits = DeadLetterIndex.Limits()
        limits.maximumLetters = 10
        var index = index(steps, limits)
        #expect(index.keptCount == 10 && !index.isComplete)
        #expect(counts(index) == counts(self.index(steps)))
        let oldest = index.page(DeadLetterFilter(), after: nil, limit: 100).entries.last?.letter.failedAt ?? 0
        #expect(oldest > 1_030)
        // Older ones than all that are kept change the count alone.
        let open = index.open
        index.add(Letters.letter(7_777, origin: 7_777, failedAt: 1))
        #expect(index.keptCount == 10 && index.open == open + 1)
    }

    @Test func bytesAreBoundedAndLongValuesCut() {
        var limits = DeadLetterIndex.Limits()
        limits.maximumValueBytes = 100
        limits.maximumBytes = 1_000
        var index = DeadLetterIndex(limits: limits)
        for number in Int64(0)..<50 {
            index.add(
                Letters.letter(number, origin: number, value: String(repeating: "x", count: 500), failedAt: number))
        }
        #expect(index.keptCount == 2 && index.open == 50)
        let entry = index.page(DeadLetterFilter(), after: nil, limit: 1).entries[0]
        #expect(entry.letter.value?.count == 100 && entry.valueBytes == 500 && entry.letter.id.offset == 49)
    }

    @Test func aTopicWithoutLettersIsCountedAsNone() {
        var index = DeadLetterIndex()
        index.add(DeadLetterTopic(topic: "orders", group: "g"))
        #expect(counts(index) == ["orders g": 0] && index.isComplete)
    }

    @Test func anOffsetSetHoldsWhatWasPutIntoIt() {
        var set = OffsetSet()
        let offsets: [Int64] = [0, 1, 63, 64, 65, 4_095, 4_096, 1 << 40, .max]
        for offset in offsets {
            let isNew = set.insert(offset)
            let isNewAgain = set.insert(offset)
            #expect(isNew && !isNewAgain && set.contains(offset))
        }
        #expect(set.count == offsets.count && !set.contains(2) && !set.contains(128))
    }
}
