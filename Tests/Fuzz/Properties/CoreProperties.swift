import NIOCore

@testable import BrokerCore

/// Whatever clients send, the core goes on: every answer can be sent, the storage never fails, and a start on what was
/// stored finds the topics and logs that were there.
enum CoreProperties {
    static func check(_ input: UnsafeRawBufferPointer) throws {
        let script = CoreScript(input)
        let life = try CoreLife()
        for step in script.steps {
            switch step {
            case .pause(let milliseconds, let closing):
                if let closing { try life.close(closing) }
                try life.settle()
                try life.pause(milliseconds: milliseconds)
            case .frame(let bytes, let connection, let settles, let mends):
                try life.receive(ByteBuffer(bytes: bytes), connection: connection, mends: mends)
                if settles { try life.settle() }
            }
            if let failure = life.failure { throw PropertyFailure("the storage failed: \(failure)") }
        }
        try life.settle()
        let before = life.durable
        let after: RecoveredState
        do { after = try life.recover() } catch { throw PropertyFailure("the next start fails: \(error)") }
        try require(after.report.findings.isEmpty, "the next start finds \(after.report.findings)")
        try require(after.metadata == before.metadata, "the next start finds other topics")
        let ends = JournalProperties.ends(after)
        try require(ends == before.ends, "the next start finds other logs: \(ends), before: \(before.ends)")
    }
}
