import Testing

@testable import KafkaClient

@Suite struct AccumulatorTests {
    private func makeAccumulator(_ change: (inout ProducerSettings) -> Void = { _ in }) -> RecordAccumulator {
        var settings = ProducerSettings()
        settings.batchBytes = 1000
        change(&settings)
        var accumulator = RecordAccumulator(settings: settings, seed: 1)
        _ = accumulator.place(of: "t", partitionCount: 4)
        return accumulator
    }

    private func append(
        _ accumulator: inout RecordAccumulator, bytes: Int = 100, key: String? = nil, partition: Int32? = nil,
        now: Int64 = 0
    ) throws -> RecordAccumulator.Appended {
        let value = [UInt8](repeating: 1, count: bytes)
        let key = key.map { Array($0.utf8) }
        return try value.withUnsafeBytes { value in
            guard let key else {
                return try accumulator.append(
                    RecordView(key: nil, value: value, timestamp: 0), to: 0, partition: partition, now: now)
            }
            return try key.withUnsafeBytes { key in
                try accumulator.append(
                    RecordView(key: key, value: value, timestamp: 0), to: 0, partition: partition, now: now)
            }
        }
    }

    @Test func aBatchIsTakenWhenItLingeredLongEnough() throws {
        var accumulator = makeAccumulator { $0.lingerMilliseconds = 10 }
        let first = try append(&accumulator, partition: 1, now: 100)
        let second = try append(&accumulator, partition: 1, now: 105)
        #expect(first.wakesCore)
        #expect(!second.wakesCore)
        #expect(accumulator.nextLinger == 110)
        let early = accumulator.take(now: 109, isFlushing: false) { _ in true }
        #expect(early.isEmpty)
        let taken = accumulator.take(now: 110, isFlushing: false) { _ in true }
        #expect(taken.map(\.recordCount) == [2])
        #expect(accumulator.isEmpty)
    }

    @Test func aBatchThatIsFullDoesNotWait() throws {
        var accumulator = makeAccumulator { $0.lingerMilliseconds = 1000 }
        for _ in 0..<20 { _ = try append(&accumulator, partition: 0) }
        let taken = accumulator.take(now: 0, isFlushing: false) { _ in false }
        #expect(taken.count >= 2)
        for batch in taken { #expect(batch.bytes.readableBytes <= 1000) }
    }

    @Test func aBatchGoesOnGrowingWhileItsPartitionHasEnough() throws {
        var accumulator = makeAccumulator { $0.lingerMilliseconds = 0 }
        _ = try append(&accumulator, partition: 0)
        let refused = accumulator.take(now: 50, isFlushing: false) { _ in false }
        #expect(refused.isEmpty)
        _ = try append(&accumulator, partition: 0)
        let taken = accumulator.take(now: 50, isFlushing: false) { _ in true }
        #expect(taken.map(\.recordCount) == [2])
    }

    @Test func memoryIsBoundedAndComesBack() throws {
        var accumulator = makeAccumulator { $0.bufferBytes = 2000 }
        var appended = 0
        let error = #expect(throws: ClientError.self) {
            for _ in 0..<100 {
                _ = try append(&accumulator, partition: 0)
                appended += 1
            }
        }
        #expect(error?.code == .bufferFull)
        #expect(error?.isRetriable == true)
        #expect((10...19).contains(appended))
        for batch in accumulator.drain() { accumulator.release(batch) }
        #expect(accumulator.usedBytes == 0)
        _ = try append(&accumulator, partition: 0)
    }

    @Test func aRecordThatIsTooLargeIsRefused() {
        var accumulator = makeAccumulator { $0.requestBytesLimit = 5000 }
        #expect(throws: ClientError.self) { _ = try append(&accumulator, bytes: 5000) }
        #expect(throws: Never.self) { _ = try append(&accumulator, bytes: 4000) }
        let left = accumulator.drain()
        #expect(left.count == 1)
    }

    @Test func aKeyAlwaysGoesToItsPartition() throws {
        var accumulator = makeAccumulator()
        var partitions: Set<Int32> = []
        for index in 0..<100 {
            let first = try append(&accumulator, key: "k\(index)").partition
            let again = try append(&accumulator, key: "k\(index)").partition
            #expect(again == first)
            partitions.insert(first)
        }
        #expect(partitions == [0, 1, 2, 3])
    }

    @Test func withoutAKeyOnePartitionGetsABatchAndThenAnother() throws {
        var accumulator = makeAccumulator()
        var turns: [Int32] = []
        for _ in 0..<200 {
            let partition = try append(&accumulator).partition
            if turns.last != partition { turns.append(partition) }
        }
        #expect(Set(turns) == [0, 1, 2, 3])
        #expect((15...40).contains(turns.count))
    }

    @Test func aPartitionThatIsNotThereIsRefused() {
        var accumulator = makeAccumulator()
        let error = #expect(throws: ClientError.self) { _ = try append(&accumulator, partition: 4) }
        #expect(error?.code == .unknownPartition)
        #expect(throws: ClientError.self) { _ = try append(&accumulator, partition: -1) }
        _ = accumulator.place(of: "t", partitionCount: 5)
        #expect(throws: Never.self) { _ = try append(&accumulator, partition: 4) }
    }
}
