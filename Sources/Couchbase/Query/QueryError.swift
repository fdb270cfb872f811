/// An error as the Query service writes it.
struct QueryError: Hashable, Sendable, Decodable {
    let code: Int
    let msg: String
    let retry: Bool?
    let reason: Reason?

    struct Reason: Hashable, Sendable, Decodable {
        let code: Int?
    }

    private static let preparedCodes: Set<Int> = [4040, 4050, 4060, 4070, 4080, 4090]
    private static let indexNotFoundCode = 12_016

    /// The plan is unknown to the node, or no longer what it was.
    var isAboutPreparedStatement: Bool { Self.preparedCodes.contains(code) }

    /// The service proves that nothing was done, and asks for another attempt.
    var isRetriable: Bool {
        if isAboutPreparedStatement { return true }
        if code == 5000, msg.contains("queryport.indexNotFound") { return true }
        return retry == true && code != Self.indexNotFoundCode
    }

    /// The name that SDKs share.
    func errorCode(isReadOnly: Bool) -> CouchbaseError.Code {
        switch code {
        case 3000: return .parsingFailure
        case 1000: return .invalidArgument
        case 1080: return isReadOnly ? .unambiguousTimeout : .ambiguousTimeout
        case 1191...1194: return .rateLimited
        case _ where isAboutPreparedStatement: return .preparedStatementFailure
        case 4300: return .indexExists
        case 4000..<5000: return .planningFailure
        case 5000 where msg.lowercased().contains("already exists"): return .indexExists
        case 5000 where msg.lowercased().contains("not found"): return .indexNotFound
        case 10_000..<11_000, 13_014, 2120: return .authenticationFailure
        case 12_004, Self.indexNotFoundCode: return .indexNotFound
        case 12_009:
            if msg.contains("CAS mismatch") { return .casMismatch }
            switch reason?.code {
            case 12_033: return .casMismatch
            case 17_012: return .documentExists
            case 17_014: return .documentNotFound
            default: return .dmlFailure
            }
        case 12_000..<13_000, 14_000..<15_000: return .indexFailure
        default: return .internalServerFailure
        }
    }
}
