extension JSONScanner {
    /// Reads an object: `read` consumes the value of each field in `known`; other fields are skipped.
    /// Returns the known fields that were there.
    @inline(__always)
    mutating func object(
        _ known: FieldSet, _ issues: inout FieldIssues,
        _ read: (inout JSONScanner, Field, inout FieldIssues) throws(EventError) -> Void
    ) throws(EventError) -> FieldSet {
        try object(known, &issues, read, onOther: { (_, _) throws(EventError) in })
    }

    /// The same, with `onOther` given the name of each field that is skipped.
    @inline(__always)
    mutating func object(
        _ known: FieldSet, _ issues: inout FieldIssues,
        _ read: (inout JSONScanner, Field, inout FieldIssues) throws(EventError) -> Void,
        onOther: (JSONText, inout FieldIssues) throws(EventError) -> Void
    ) throws(EventError) -> FieldSet {
        var seen: FieldSet = []
        guard try open(0x7B, 0x7D) else { return seen }
        repeat {
            let name = try key()
            guard let field = name.read({ Field.match($0) }), known.contains(field) else {
                try onOther(name, &issues)
                try skipValue()
                continue
            }
            guard seen.insert(field) else {
                try issues.add(.duplicateField, field, "occurs more than once")
                try skipValue()
                continue
            }
            try read(&self, field, &issues)
        } while try continues(0x7D)
        return seen
    }

    /// Reads an array: `read` consumes each element.
    @inline(__always)
    mutating func array(_ read: (inout JSONScanner) throws(EventError) -> Void) throws(EventError) {
        guard try open(0x5B, 0x5D) else { return }
        repeat { try read(&self) } while try continues(0x5D)
    }
}
