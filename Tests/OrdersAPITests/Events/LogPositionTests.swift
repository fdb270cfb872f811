import Testing

@testable import OrdersAPI

@Suite struct LogPositionTests {
    @Test func aPositionIsReadBackFromItsText() throws {
        let position = LogPosition([1: 130, 0: 123, 12: -1])
        #expect(position.description == "0-123.1-130.12-")
        #expect(LogPosition(parsing: position.description) == position)
    }

    @Test(arguments: [
        "", "0", "-", "0-1.", ".0-1", "a-1", "0-x", "0--1", "0-1.0-2", "+0-1", "0-1 ", "99999999999-1",
        "0-99999999999999999999", "１-1",
    ])
    func whatIsNoPositionIsRefused(_ text: String) {
        #expect(LogPosition(parsing: text) == nil)
    }

    @Test func aPositionWithMorePartitionsThanAnyTopicHasIsRefused() {
        let text = (0...LogPosition.maximumPartitions).map { "\($0)-1" }.joined(separator: ".")
        #expect(LogPosition(parsing: text) == nil)
    }
}
