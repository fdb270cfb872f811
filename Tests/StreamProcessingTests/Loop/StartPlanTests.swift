import Kafka
import Testing

@testable import StreamProcessing

@Suite struct StartPlanTests {
    private let place = TopicPartition(topic: "in", partition: 0)

    private func plan(committed: Int64?, begin: Int64, end: Int64) -> StartPlan {
        StartPlan(
            [place], committed: committed.map { [place: $0] } ?? [:], begins: [place: begin], ends: [place: end], now: 7
        )
    }

    @Test(arguments: [(0, 0, 0), (5, 0, 9), (5, 5, 9), (9, 0, 9)] as [(Int64, Int64, Int64)])
    func aPositionThatTheLogHasIsGoneOnFrom(committed: Int64, begin: Int64, end: Int64) {
        let plan = plan(committed: committed, begin: begin, end: end)
        #expect(plan.starts == [place: .offset(committed)])
        #expect(plan.cuts.isEmpty)
    }

    @Test func aGroupWithoutAPositionBeginsWithTheOldestRecordAndHasLostNothing() {
        let plan = plan(committed: nil, begin: 40, end: 90)
        #expect(plan.starts == [place: .beginning])
        #expect(plan.cuts.isEmpty)
    }

    @Test func recordsThatWereDeletedBeforeTheyWereReadAreACut() {
        let plan = plan(committed: 5, begin: 6, end: 9)
        #expect(plan.starts == [place: .offset(6)])
        #expect(plan.cuts == [PositionCut(place: place, from: 5, to: 6, isReplaced: false, foundAt: 7)])
    }

    @Test func aLogThatEndsBeforeThePositionIsAnotherOne() {
        let plan = plan(committed: 10, begin: 0, end: 9)
        #expect(plan.starts == [place: .offset(0)])
        #expect(plan.cuts == [PositionCut(place: place, from: 10, to: 0, isReplaced: true, foundAt: 7)])
    }

    @Test func aTopicIsReplacedAsAWholeAlsoWhereItHasGrownPastTheOldPlaces() {
        let (grown, other) = (TopicPartition(topic: "in", partition: 1), TopicPartition(topic: "other", partition: 0))
        let plan = StartPlan(
            [place, grown, other], committed: [place: 10, grown: 4, other: 4], begins: [:],
            ends: [place: 9, grown: 50, other: 50], now: 7)
        #expect(plan.starts == [place: .offset(0), grown: .offset(0), other: .offset(4)])
        #expect(plan.cuts.map(\.from) == [10, 4])
    }

    @Test func whatAnEarlierLifeFoundOutHoldsThoughTheLogHasGrownAndThePlacesAreGone() {
        let plan = StartPlan(
            [place], committed: [:], begins: [place: 0], ends: [place: 50], replaced: [place: 10], now: 7)
        #expect(plan.starts == [place: .offset(0)])
        #expect(plan.cuts == [PositionCut(place: place, from: 10, to: 0, isReplaced: true, foundAt: 7)])
    }
}
