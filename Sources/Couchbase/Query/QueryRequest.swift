import Foundation
import NIOCore

/// The body of a request to the Query service.
struct QueryRequest: Encodable {
    /// What is to be run.
    enum Form: Hashable, Sendable {
        case statement(String)
        /// It is prepared, and run at once.
        case prepare(String)
        /// By the name of its plan.
        case plan(String)
    }

    let form: Form
    let options: QueryOptions
    let contextID: String
    let timeout: Duration

    private struct Name: CodingKey {
        let stringValue: String
        var intValue: Int? { nil }

        init(_ value: String) { stringValue = value }
        init?(stringValue: String) { self.stringValue = stringValue }
        init?(intValue: Int) { nil }
    }

    /// `default:` and the quoted names, as the service wants them.
    static func context(of scope: Scope) -> String {
        "default:\(quoted(scope.bucket.name)).\(quoted(scope.name))"
    }

    /// A name between backticks.
    static func quoted(_ name: String) -> String { "`\(name.replacing("`", with: "``"))`" }

    func encode(to encoder: any Encoder) throws {
        var body = encoder.container(keyedBy: Name.self)
        switch form {
        case .statement(let text): try body.encode(text, forKey: Name("statement"))
        case .prepare(let text):
            try body.encode("PREPARE " + text, forKey: Name("statement"))
            try body.encode(true, forKey: Name("auto_execute"))
        case .plan(let name): try body.encode(name, forKey: Name("prepared"))
        }
        try body.encode(contextID, forKey: Name("client_context_id"))
        try body.encode("\(max(Int64(timeout / .milliseconds(1)), 1))ms", forKey: Name("timeout"))
        try body.encode(false, forKey: Name("metrics"))
        if options.isReadOnly { try body.encode(true, forKey: Name("readonly")) }
        if let scope = options.scope { try body.encode(Self.context(of: scope), forKey: Name("query_context")) }
        for (name, value) in options.arguments { try body.encode(value, forKey: Name("$" + name)) }
        switch options.consistency {
        case .notBounded: break
        case .requestPlus: try body.encode("request_plus", forKey: Name("scan_consistency"))
        case .atPlus(let state):
            try body.encode("at_plus", forKey: Name("scan_consistency"))
            try encodeVectors(of: state, into: &body)
        }
    }

    /// `{"bucket": {"vbucket": [sequence number, "uuid"]}}`
    private func encodeVectors(
        of state: MutationState, into body: inout KeyedEncodingContainer<Name>
    ) throws {
        var vectors = body.nestedContainer(keyedBy: Name.self, forKey: Name("scan_vectors"))
        for (bucket, tokens) in state.tokens {
            var parts = vectors.nestedContainer(keyedBy: Name.self, forKey: Name(bucket))
            for (vbucket, token) in tokens {
                var part = parts.nestedUnkeyedContainer(forKey: Name(String(vbucket)))
                try part.encode(token.sequenceNumber)
                try part.encode(String(token.vbucketUUID))
            }
        }
    }
}
