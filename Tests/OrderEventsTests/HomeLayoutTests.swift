import Foundation
import OrderEvents
import Testing

@Suite("With how many partitions homes are computed")
struct HomeLayoutTests {
    private static let topic = "payments"

    private func home(_ id: Int64, _ homes: Int32) -> Int32 {
        Array("\(id)".utf8).withUnsafeBytes { KeyPartitioner.partition(ofKey: $0, count: homes) }
    }

    private func place(_ layout: HomeLayout, _ id: Int64, _ partition: Int32, _ offset: Int64) -> RecordPlace {
        Array("\(id)".utf8).withUnsafeBytes { layout.place(ofKey: $0, Self.topic, partition, offset) }
    }

    /// Every partition has 100 records when a move begins.
    private func moved(_ counts: Int32...) -> HomeLayout {
        var layout = HomeLayout(homes: counts[0], since: .epoch)
        for (index, homes) in counts.dropFirst().enumerated() {
            let starts = Array(repeating: Int64(100 * (index + 1)), count: 16)
            layout.move = HomeLayout.Move(
                epoch: HomeLayout.Epoch(
                    homes: homes, since: .epoch, starts: [Self.topic: starts],
                    read: ["g": [Self.topic: Array(repeating: 50, count: 16)]]),
                isPrepared: true)
            layout.finishMove(ends: [Self.topic: starts.map { $0 + 20 }])
        }
        return layout
    }

    @Test("without a move a record is at home in its order's partition only, however many partitions the topic has")
    func plain() {
        let layout = HomeLayout(homes: 6, since: .epoch)
        for id in Int64(1)...200 {
            for partition in Int32(0)..<12 {
                #expect(place(layout, id, partition, 0) == (partition == home(id, 6) ? .home : .astray))
            }
        }
    }

    @Test("after a move each order has one home for its old records and one for its new ones")
    func oneMove() {
        let layout = moved(6, 12)
        #expect(layout.homes == 12)
        #expect(layout.generation == 1)
        for id in Int64(1)...500 {
            let (old, new) = (home(id, 6), home(id, 12))
            #expect(place(layout, id, old, 99) == (old == new ? .home : .moved))
            #expect(place(layout, id, new, 100) == .home)
            if old != new { #expect(place(layout, id, old, 100) == .astray) }
            // Elsewhere it never was at home, not even where its home is now.
            if old != new { #expect(place(layout, id, new, 99) == .astray) }
        }
    }

    @Test("a home that an order comes back to does not count what it left behind there")
    func thereAndBack() {
        let layout = moved(6, 12, 6)
        var returned = 0
        for id in Int64(1)...500 where home(id, 6) != home(id, 12) {
            returned += 1
            #expect(place(layout, id, home(id, 6), 99) == .moved)
            #expect(place(layout, id, home(id, 12), 150) == .moved)
            #expect(place(layout, id, home(id, 6), 200) == .home)
        }
        #expect(returned > 100)
    }

    @Test("only what was written while a move was under way may be a copy")
    func copies() {
        let layout = moved(6, 12)
        #expect(layout.epochOfCopy(Self.topic, 3, 99) == nil)
        #expect(layout.epochOfCopy(Self.topic, 3, 100)?.homes == 12)
        #expect(layout.epochOfCopy(Self.topic, 3, 119)?.homes == 12)
        #expect(layout.epochOfCopy(Self.topic, 3, 120) == nil)
        #expect(HomeLayout(homes: 6, since: .epoch).epochOfCopy(Self.topic, 3, 0) == nil)
        let epoch = layout.epochs[1]
        #expect(epoch.hasRead("g", Self.topic, 3, 49))
        #expect(!epoch.hasRead("g", Self.topic, 3, 50))
        #expect(!epoch.hasRead("another", Self.topic, 3, 0))
    }

    @Test("what a move wrote down of a topic that was made again is forgotten: all that it holds is of today")
    func forgotten() {
        var layout = moved(6, 12)
        layout.forget(Self.topic)
        #expect(layout.homes == 12 && layout.generation == 1)
        for id in Int64(1)...100 { #expect(place(layout, id, home(id, 12), 0) == .home) }
        #expect(layout.epochOfCopy(Self.topic, 3, 100) == nil)
    }

    @Test("a layout is the same after it was written and read, a move under way included")
    func json() throws {
        var layout = moved(6, 12)
        layout.move = HomeLayout.Move(
            epoch: HomeLayout.Epoch(homes: 8, since: .epoch), isPrepared: true, copied: ["orders": [1, 2]])
        #expect(try JSONDecoder().decode(HomeLayout.self, from: JSONEncoder().encode(layout)) == layout)
    }

    @Test(
        "what is no layout is refused",
        arguments: [
            #"{"epochs":[]}"#, #"{}"#, "[]",
            #"{"epochs":[{"homes":0,"since":"2024-01-15T10:30:00Z","starts":{},"ends":{},"read":{}}]}"#,
        ])
    func refused(_ json: String) {
        #expect(throws: (any Error).self) { try JSONDecoder().decode(HomeLayout.self, from: Data(json.utf8)) }
    }

    @Test("the mark of a copy names the places that the record lay at, oldest first")
    func mark() throws {
        let mark = MovedFrom(partition: 9, offset: 20, after: MovedFrom(partition: 3, offset: 1742))
        #expect("\(mark)" == "3/1742 9/20")
        #expect(MovedFrom("3/1742 9/20") == mark)
        #expect(mark.latest == .init(partition: 9, offset: 20))
        for text in ["", "3", "3/", "a/1", "-1/2", "3/4 ", "3/4  5/6"] { #expect(MovedFrom(text) == nil) }
    }
}
