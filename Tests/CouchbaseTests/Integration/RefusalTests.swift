import CouchbaseTesting
import Testing

@testable import Couchbase

extension OnTestCluster {
    @Suite("What is wrong with a connection is said in one line")
    struct RefusalTests {
        struct Wrong: Sendable, CustomTestStringConvertible {
            let testDescription: String
            let code: CouchbaseError.Code
            let word: String
            var password: String?
            var bucket: String?
            var scope: String?
            var isEncrypted = false
            var hasAuthority = false
            var string: String?
        }

        static let all = [
            Wrong(testDescription: "password", code: .authenticationFailure, word: "password", password: "wrong"),
            Wrong(
                testDescription: "password in TLS", code: .authenticationFailure, word: "password", password: "wrong",
                isEncrypted: true, hasAuthority: true),
            Wrong(testDescription: "bucket", code: .bucketNotFound, word: "\"nope\"", bucket: "nope"),
            Wrong(testDescription: "scope", code: .scopeNotFound, word: "\"nope\"", scope: "nope"),
            Wrong(
                testDescription: "certificate", code: .connectionFailure, word: "not signed by an authority",
                isEncrypted: true),
            Wrong(
                testDescription: "port", code: .connectionFailure, word: "refused", string: "couchbase://127.0.0.1:1"),
            Wrong(
                testDescription: "host", code: .connectionFailure, word: "unknown",
                string: "couchbase://no-such-host.invalid:11210"),
            Wrong(
                testDescription: "TLS on a port without it", code: .connectionFailure, word: "TLS", hasAuthority: true,
                string: "tls-on-plain"),
            Wrong(
                testDescription: "network", code: .invalidArgument, word: "network", string: "network"),
        ]

        @Test("Wrong", .timeLimit(.minutes(1)), arguments: all)
        func wrong(_ wrong: Wrong) async throws {
            let server = try await TestCluster.shared.value
            let plain = server.endpoints.connection_string
            var string = wrong.isEncrypted ? server.endpoints.tls_connection_string ?? "" : plain
            switch wrong.string {
            case "tls-on-plain": string = plain.replacing("couchbase://", with: "couchbases://")
            case "network": string = plain + "?network=nowhere"
            case let given?: string = given
            case nil: break
            }
            var options = ClusterOptions(
                username: server.endpoints.user, password: wrong.password ?? server.endpoints.password)
            options.certificateFile = wrong.hasAuthority ? server.endpoints.ca : nil
            let cluster = try await Cluster.connect(string, options: options)
            do throws(CouchbaseError) {
                let bucket = try await cluster.bucket(wrong.bucket ?? server.endpoints.bucket)
                guard let scope = wrong.scope else {
                    Issue.record("it was opened")
                    return
                }
                _ = try await bucket.scope(scope).collection("orders").get("one")
                Issue.record("it was read")
            } catch {
                #expect(error.code == wrong.code, "\(error)")
                #expect(error.message.contains(wrong.word), "\(error)")
                #expect(!error.message.contains("\n"), "\(error)")
            }
            await cluster.close()
        }
    }
}
