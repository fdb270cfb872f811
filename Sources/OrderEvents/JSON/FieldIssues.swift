/// What to do with a wrong field: stop at the first (records), or gather them all (a form's answer).
struct FieldIssues {
    let collectsAll: Bool
    private(set) var found: [EventError] = []
    /// The name of the nested object that is being read, "payment".
    var scope: StaticString?

    @inline(__always)
    init(collectsAll: Bool) { self.collectsAll = collectsAll }

    @inline(never)
    mutating func add(_ code: EventError.Code, _ field: Field, _ detail: String) throws(EventError) {
        try add(EventError(code, field: name(of: field), detail: detail))
    }

    @inline(never)
    mutating func add(_ error: EventError) throws(EventError) {
        guard collectsAll else { throw error }
        found.append(error)
    }

    func name(of field: Field) -> String {
        if let scope { "\(scope).\(field.name)" } else { "\(field.name)" }
    }

    /// The first field of `required` that `seen` lacks, or all of them.
    @inline(never)
    mutating func addMissing(_ seen: FieldSet, of required: FieldSet) throws(EventError) {
        for field in seen.missing(from: required) {
            try add(.missingField, field, "is missing")
        }
    }
}
