import OrderEvents

extension OrderFileReader {
    /// Cuts bytes into records, once the format is known.
    ///
    /// - Parameter start: where they stand in the text.
    mutating func split(_ bytes: UnsafeRawBufferPointer, from start: Int64, _ body: (OrderFileItem) throws -> Void)
        throws
    {
        switch mode {
        case .head: break
        case .csv(var splitter, let layout):
            // The splitter has one owner while it works: no copy of its buffers.
            mode = .head([])
            var current = layout
            try splitter.push(bytes) { row, taken in
                try hand(row, &current, body)
                position = start + Int64(taken)
            }
            mode = .csv(splitter, current)
        case .lines(var splitter):
            mode = .head([])
            try splitter.push(bytes) { line, number, taken in
                try hand(line: line, number, body)
                position = start + Int64(taken)
            }
            mode = .lines(splitter)
        case .values(var splitter):
            mode = .head([])
            try splitter.push(bytes) { value, number, taken in
                try hand(value: value, number, body)
                position = start + Int64(taken)
            }
            mode = .values(splitter)
        }
    }

    mutating func hand(_ row: CSVRow, _ layout: inout CSVLayout, _ body: (OrderFileItem) throws -> Void) throws {
        let item: OrderFileItem
        do throws(RowError) {
            let json = try csvOrder.json(of: row, &layout)
            item = json.withUnsafeBytes { order($0, line: row.line) }
        } catch {
            item = .rejected(RejectedRecord(line: row.line, error.reason))
        }
        try body(item)
    }

    mutating func hand(line: UnsafeRawBufferPointer?, _ number: Int, _ body: (OrderFileItem) throws -> Void) throws {
        guard let line else { return try body(tooLong(number)) }
        if line.allSatisfy({ $0 == 0x20 || $0 == 0x09 || $0 == 0x0D }) { return }
        try body(order(line, line: number))
    }

    mutating func hand(value: UnsafeRawBufferPointer?, _ number: Int, _ body: (OrderFileItem) throws -> Void) throws {
        try body(value.map { order($0, line: number) } ?? tooLong(number))
    }

    private func tooLong(_ line: Int) -> OrderFileItem {
        .rejected(
            RejectedRecord(
                line: line, "has more than \(OrderFileLimits.maximumRecordBytes) bytes; an order has a few hundred"))
    }

    private mutating func order(_ json: UnsafeRawBufferPointer, line: Int) -> OrderFileItem {
        let result = OrderDraft.validate(json: json) { name in
            if ignoredFields.count < 20, !ignoredFields.contains(name) { ignoredFields.append(name) }
            return nil
        }
        switch result {
        case .failure(let errors): return .rejected(RejectedRecord(line: line, errors.description))
        case .success(let draft):
            guard let id = draft.id else {
                return .rejected(
                    RejectedRecord(
                        line: line,
                        "order_id: is missing; an imported order needs its id, so that a second import changes nothing")
                )
            }
            if let error = draft.createdAt.flatMap({ OrderTime.problem(with: $0, now: now) }) {
                return .rejected(RejectedRecord(line: line, error.description))
            }
            if draft.createdAt == nil { ordersWithoutTime += 1 }
            return .order(
                draft.order(id: id, status: draft.status ?? .created, createdAt: draft.createdAt ?? createdAt),
                line: line)
        }
    }
}
