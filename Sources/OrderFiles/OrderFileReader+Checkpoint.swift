import OrderEvents

extension OrderFileReader {
    /// Where reading can go on later: all records before ``position`` were handed on, none after it.
    public struct Checkpoint: Codable, Hashable, Sendable {
        /// In bytes of the text, see ``OrderFileInput``.
        public let position: Int64
        /// The line of the next record.
        let line: Int
        let format: Format
        let createdAt: Int64
        let ordersWithoutTime: Int
        let layout: CSVLayout?
        let isAfterCarriageReturn: Bool?
        let values: ValueSplitter.Kind?
    }

    /// nil while no record was handed on, or none since a place where reading could go on: begin again then.
    public var checkpoint: Checkpoint? {
        guard position > 0 else { return nil }
        func make(
            _ format: Format, _ line: Int, layout: CSVLayout? = nil, isAfterCarriageReturn: Bool? = nil,
            values: ValueSplitter.Kind? = nil
        ) -> Checkpoint {
            Checkpoint(
                position: position, line: line, format: format, createdAt: createdAt.millisecondsSinceEpoch,
                ordersWithoutTime: ordersWithoutTime,
                layout: layout, isAfterCarriageReturn: isAfterCarriageReturn, values: values)
        }
        switch mode {
        case .head: return nil
        case .csv(let splitter, let layout):
            return make(
                .csv, splitter.recordLine, layout: layout, isAfterCarriageReturn: splitter.isAfterCarriageReturnAtRecord
            )
        case .lines(let splitter): return make(.jsonl, splitter.line)
        case .values(let splitter): return make(.json, splitter.recordLine, values: splitter.kind)
        }
    }

    /// Goes on at a checkpoint: the next bytes pushed are those from ``Checkpoint/position`` on.
    public init(resuming checkpoint: Checkpoint, now: Timestamp) {
        self.init(
            format: checkpoint.format, createdAt: Timestamp(millisecondsSinceEpoch: checkpoint.createdAt), now: now)
        position = checkpoint.position
        pushed = checkpoint.position
        ordersWithoutTime = checkpoint.ordersWithoutTime
        if let layout = checkpoint.layout {
            ignoredFields = Array(layout.ignored.prefix(20))
            mode = .csv(
                CSVSplitter(
                    delimiter: layout.delimiter, line: checkpoint.line,
                    isAfterCarriageReturn: checkpoint.isAfterCarriageReturn ?? false), layout)
        } else if let kind = checkpoint.values {
            mode = .values(ValueSplitter(kind, line: checkpoint.line, isResumed: true))
        } else {
            mode = .lines(LineSplitter(line: checkpoint.line))
        }
    }
}
