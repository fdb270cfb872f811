extension Aggregate {
    /// Appends the aggregate with its cells; what is zero in a cell is left out.
    public func encode(into bytes: inout JSONBytes) {
        bytes.write(atMost: 256) { cursor in
            switch self.window {
            case .allTime: cursor.literal("{\"type\":\"totals\",\"partition\":")
            case .minute(let start):
                cursor.literal("{\"type\":\"window\",\"window_start\":\"")
                cursor.timestamp(start)
                cursor.literal("\",\"window_end\":\"")
                cursor.timestamp(start.advanced(byMilliseconds: AggregateWindow.minuteMilliseconds))
                cursor.literal("\",\"partition\":")
            }
            cursor.integer(Int64(self.partition))
            cursor.literal(",\"cells\":[")
        }
        var isFirst = true
        for cell in cells {
            bytes.write(atMost: 640) { cursor in
                if !isFirst { cursor.byte(0x2C) }
                cell.write(&cursor)
            }
            isFirst = false
        }
        bytes.write(atMost: 128) { cursor in
            cursor.literal("],\"late\":")
            cursor.integer(self.late)
            cursor.literal(",\"revision\":")
            cursor.integer(self.revision)
            cursor.literal(",\"updated_at\":\"")
            cursor.timestamp(self.updatedAt)
            cursor.literal("\"}")
        }
    }

    /// "window/2024-01-15T10:30:00Z/3" or "totals/3".
    public func appendKey(to bytes: inout JSONBytes) {
        switch window {
        case .allTime: bytes.append("totals/")
        case .minute(let start):
            bytes.append("window/")
            bytes.append(start)
            bytes.append(UInt8(ascii: "/"))
        }
        bytes.append(integer: Int64(partition))
    }
}

extension AggregateCell {
    /// The cell as an object; what is zero is left out.
    fileprivate func write(_ cursor: inout JSONCursor) {
        cursor.literal("{\"country\":\"")
        cursor.country(country)
        cursor.literal("\",\"currency\":\"")
        cursor.currency(currency)
        cursor.byte(0x22)
        count(",\"orders\":", tally.orders, &cursor)
        amount(",\"sales\":", tally.sales, &cursor)
        count(",\"cancelled\":", tally.cancelled, &cursor)
        count(",\"paid\":", tally.paid, &cursor)
        amount(",\"paid_amount\":", tally.paidAmount, &cursor)
        count(",\"declined\":", tally.declined, &cursor)
        amount(",\"declined_amount\":", tally.declinedAmount, &cursor)
        count(",\"flagged\":", tally.flagged, &cursor)
        amount(",\"flagged_amount\":", tally.flaggedAmount, &cursor)
        cursor.byte(0x7D)
    }

    private func count(_ name: StaticString, _ value: Int64, _ cursor: inout JSONCursor) {
        guard value != 0 else { return }
        cursor.literal(name)
        cursor.integer(value)
    }

    private func amount(_ name: StaticString, _ value: MinorUnits, _ cursor: inout JSONCursor) {
        guard value != 0 else { return }
        cursor.literal(name)
        cursor.decimal(value, currency)
    }
}
