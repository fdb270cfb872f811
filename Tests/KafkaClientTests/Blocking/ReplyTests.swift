import Testing
import Threads

@testable import KafkaClient

@Suite struct ReplyTests {
    @Test func `A value that is there at once is had at once, nil as well`() {
        #expect(Reply.wait { $0.give(7) } == 7)
        #expect(Reply<Int?>.wait { $0.give(nil) } == nil)
    }

    @Test func `A thread waits for a value that another one gives, each for its own`() async {
        let sums = await withTaskGroup(of: Int.self) { group in
            for thread in 0..<4 {
                group.addTask {
                    await DedicatedThread(name: "waiter").run {
                        (0..<500).reduce(0) { sum, number in
                            sum
                                + Reply<Int>.wait { reply in
                                    OSThread.start("giver") { reply.give(thread * number) }
                                }
                        }
                    }
                }
            }
            var sums: [Int] = []
            for await sum in group { sums.append(sum) }
            return sums.sorted()
        }
        #expect(sums == (0..<4).map { $0 * 124_750 })
    }
}
