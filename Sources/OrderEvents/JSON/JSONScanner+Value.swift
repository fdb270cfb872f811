extension JSONScanner {
    /// A number for `field`; nil after an issue was added, the value being skipped.
    @inline(__always)
    mutating func decimal(_ field: Field, _ issues: inout FieldIssues) throws(EventError) -> JSONDecimal? {
        let first = try peekValue()
        if first &- 0x30 <= 9 || first == 0x2D { return try number() }
        try wrongType(field, &issues, expected: "a number")
        return nil
    }

    /// A decimal number, bare or in quotes, with its text's place for messages.
    @inline(__always)
    mutating func amount(_ field: Field, _ issues: inout FieldIssues) throws(EventError) -> JSONDecimal? {
        let first = try peekValue()
        guard first == 0x22 else { return try decimal(field, &issues) }
        let text = try string()
        guard let number = text.read({ JSONDecimal(text: $0) }) else {
            try issues.add(.wrongType, field, "\(text.quoted) is not a decimal number")
            return nil
        }
        return number
    }

    /// A whole number within `range`.
    @inline(__always)
    mutating func integer(
        _ field: Field, in range: ClosedRange<Int64>, _ issues: inout FieldIssues
    ) throws(EventError) -> Int64? {
        skipWhitespace()
        let start = offset
        guard let number = try decimal(field, &issues) else { return nil }
        if case .exact(let value) = number.scaled(by: 0), range.contains(value) { return value }
        try wrongInteger(field, number, start, range, &issues)
        return nil
    }

    @inline(never)
    private func wrongInteger(
        _ field: Field, _ number: JSONDecimal, _ start: Int, _ range: ClosedRange<Int64>,
        _ issues: inout FieldIssues
    ) throws(EventError) {
        if case .inexact = number.scaled(by: 0) {
            try issues.add(.wrongType, field, "\(excerpt(from: start)) is not a whole number")
        } else {
            try issues.add(
                .outOfRange, field,
                "\(excerpt(from: start)) is outside \(range.lowerBound) to \(range.upperBound)")
        }
    }

    /// A string; nil after an issue was added.
    @inline(__always)
    mutating func text(_ field: Field, _ issues: inout FieldIssues) throws(EventError) -> JSONText? {
        if try peekValue() == 0x22 { return try string() }
        try wrongType(field, &issues, expected: "a string")
        return nil
    }

    @inline(__always)
    mutating func timestamp(_ field: Field, _ issues: inout FieldIssues) throws(EventError) -> Timestamp? {
        guard let text = try text(field, &issues) else { return nil }
        switch text.read({ Timestamp.parse($0) }) {
        case .success(let moment): return moment
        case .failure(let problem):
            let code: EventError.Code = problem == .outOfRange ? .outOfRange : .invalidTimestamp
            try issues.add(code, field, "\(text.quoted) \(problem.detail)")
            return nil
        }
    }

    @inline(__always)
    mutating func currency(_ issues: inout FieldIssues) throws(EventError) -> Currency? {
        guard let text = try text(.currency, &issues) else { return nil }
        if let currency = text.read({ Currency(code: $0) }) { return currency }
        try issues.add(.unknownCurrency, .currency, "\(text.quoted) is no ISO 4217 currency code such as USD")
        return nil
    }

    @inline(__always)
    mutating func country(_ issues: inout FieldIssues) throws(EventError) -> CountryCode? {
        guard let text = try text(.country, &issues) else { return nil }
        if let country = text.read({ CountryCode(code: $0) }) { return country }
        try issues.add(.unknownCountry, .country, "\(text.quoted) is no ISO 3166-1 alpha-2 country code such as US")
        return nil
    }

    /// One of the names of `Choice`.
    @inline(__always)
    mutating func choice<Choice: WireName>(
        _ field: Field, _ unknown: EventError.Code, _ issues: inout FieldIssues
    ) throws(EventError) -> Choice? {
        guard let text = try text(field, &issues) else { return nil }
        if let choice = text.read({ Choice(wireName: $0) }) { return choice }
        let names = Choice.allCases.map(\.name).joined(separator: ", ")
        try issues.add(unknown, field, "\(text.quoted) is none of \(names)")
        return nil
    }

    /// `true` or `false`.
    mutating func flag(_ field: Field, _ issues: inout FieldIssues) throws(EventError) -> Bool? {
        switch try peekValue() {
        case 0x74:
            try word("true")
            return true
        case 0x66:
            try word("false")
            return false
        default:
            try wrongType(field, &issues, expected: "true or false")
            return nil
        }
    }

    /// Whether the value that comes next is `null`, which is then consumed.
    @inline(__always)
    mutating func null() throws(EventError) -> Bool {
        guard try peekValue() == 0x6E else { return false }
        try word("null")
        return true
    }

    @inline(never)
    mutating func wrongType(
        _ field: Field, _ issues: inout FieldIssues, expected: StaticString
    ) throws(EventError) {
        let first = try peekValue()
        let start = offset
        try skipValue()
        if first == 0x6E {
            try issues.add(.missingField, field, "is null; expected \(expected)")
        } else {
            try issues.add(.wrongType, field, "\(excerpt(from: start)) is not \(expected)")
        }
    }
}
