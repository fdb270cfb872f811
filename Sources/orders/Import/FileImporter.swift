import Foundation
import Kafka
import Logging
import OrderEvents
import StreamProcessing

/// Reads a file in chunks, sends its orders, and notes its progress whenever all that was sent is acknowledged. Blocks.
struct FileImporter {
    private let path: String
    private let isCSV: Bool
    private let handle: FileHandle
    private let producer: KafkaProducer
    private let topic: TopicHandle
    private var progress: ImportProgress
    private var json = JSONBytes()
    private let chunk = 4 << 20
    /// A line longer than this is no order.
    private let longestLine = 1 << 20
    private var shown = 0

    static func open(_ path: String) throws -> FileHandle {
        guard let handle = FileHandle(forReadingAtPath: path) else {
            throw PlatformError("the file \(path) cannot be opened: \(String(cString: strerror(errno)))")
        }
        return handle
    }

    /// - Parameter handle: of the file at `path`, beside which the progress is kept.
    init(_ handle: FileHandle, path: String, isCSV: Bool, restart: Bool, settings: KafkaSettings) throws {
        self.path = path
        self.isCSV = isCSV
        self.handle = handle
        let size = try handle.seekToEnd()
        let earlier = restart ? nil : try ImportProgress.read(for: path, size: size)
        progress = earlier ?? ImportProgress(size: size, offset: 0, lines: 0, imported: 0, rejected: 0)
        if let earlier { Standard.output("import: going on at line \(earlier.lines + 1) of \(path)\n") }
        producer = try KafkaProducer(settings: settings, clientID: "import", logger: Logger(label: "import"))
        topic = try producer.topic(Topics.orders.name)
    }

    /// - Returns: the number of lines that were rejected.
    mutating func run() throws -> Int {
        defer { producer.close() }
        try handle.seek(toOffset: progress.offset)
        var rest: [UInt8] = []
        while true {
            let data = try handle.read(upToCount: chunk) ?? Data()
            let isLast = data.isEmpty
            let begin = progress.offset
            var bytes = rest
            bytes.append(contentsOf: data)
            let consumed = try take(bytes, isLast: isLast)
            rest = Array(bytes[consumed...])
            guard rest.count <= longestLine else {
                throw PlatformError("line \(progress.lines + 1) of \(path) is longer than \(longestLine) bytes: is this a file of orders?")
            }
            try producer.flush(timeout: .seconds(120))
            progress.offset = begin + UInt64(consumed)
            try progress.write(for: path)
            show(isLast: isLast)
            if isLast { break }
        }
        try ImportProgress.remove(for: path)
        return progress.rejected
    }

    /// Takes the whole lines of `bytes` and returns how far it came.
    private mutating func take(_ bytes: [UInt8], isLast: Bool) throws -> Int {
        var start = 0
        try bytes.withUnsafeBytes { all in
            while start < all.count {
                let end = all[start...].firstIndex(of: 0x0A) ?? (isLast ? all.count : -1)
                if end < 0 { break }
                progress.lines += 1
                try line(UnsafeRawBufferPointer(rebasing: all[start..<end]))
                start = min(end + 1, all.count)
            }
        }
        return start
    }

    private mutating func line(_ line: UnsafeRawBufferPointer) throws {
        if isCSV, progress.header == nil {
            do {
                progress.header = try ImportLine.header(String(decoding: line, as: UTF8.self))
            } catch {
                // Without its columns nothing of the file can be read.
                throw PlatformError("line 1 of \(path): \(error)")
            }
            return
        }
        let now = Timestamp(millisecondsSinceEpoch: wallClockMilliseconds())
        do {
            let format: ImportLine.Format = progress.header.map { .csv($0) } ?? .jsonLines
            guard let order = try ImportLine.order(line, format: format, now: now) else { return }
            try send(order)
            progress.imported += 1
        } catch let error as ImportLineError {
            progress.rejected += 1
            if progress.rejected <= 100 { Standard.error("\(path):\(progress.lines): \(error)\n") }
            if progress.rejected == 100 { Standard.error("\(path): further lines that cannot be read are only counted\n") }
        }
    }

    private mutating func send(_ order: Order) throws {
        json.removeAll()
        order.encode(into: &json)
        try Topics.orders.key(of: order).withUnsafeBytes { key in
            try json.withUnsafeBytes { try producer.produce(to: topic, key: key, value: $0, whenFull: .wait) }
        }
    }

    private mutating func show(isLast: Bool) {
        let percent = progress.size == 0 ? 100 : Int(progress.offset * 100 / progress.size)
        guard isLast || percent >= shown + 5 else { return }
        shown = percent
        let rejected = progress.rejected > 0 ? ", \(progress.rejected) rejected" : ""
        Standard.output("import: \(isLast ? "done" : "\(percent) %"), \(progress.imported) orders\(rejected)\n")
    }
}
