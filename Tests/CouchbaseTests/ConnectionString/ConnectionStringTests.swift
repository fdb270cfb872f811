import Testing

@testable import Couchbase

@Suite("Connection strings")
struct ConnectionStringTests {
    @Test("A name alone gets the default port, and may be resolved by SRV records")
    func name() throws {
        let plain = try ConnectionString("couchbase://db.example")
        #expect(plain.seeds == [Endpoint(host: "db.example", port: 11_210)])
        #expect(plain.serviceRecordName == "_couchbase._tcp.db.example")
        let encrypted = try ConnectionString("couchbases://cb.x1.cloud.couchbase.com")
        #expect(encrypted.isEncrypted)
        #expect(encrypted.seeds == [Endpoint(host: "cb.x1.cloud.couchbase.com", port: 11_207)])
        #expect(encrypted.serviceRecordName == "_couchbases._tcp.cb.x1.cloud.couchbase.com")
    }

    @Test("Several hosts, ports, IPv6 addresses and libcouchbase's =mcd are understood")
    func hosts() throws {
        let string = try ConnectionString("couchbase://127.0.0.1:41583,[::1]:35243=mcd;node-2")
        #expect(
            string.seeds.map(\.description) == ["127.0.0.1:41583", "[::1]:35243", "node-2:11210"])
    }

    @Test(
        "Several hosts, a port or an address rule SRV records out",
        arguments: ["couchbase://a,b", "couchbase://a:1", "couchbase://10.0.0.1", "couchbase://[::1]"])
    func noServiceRecords(text: String) throws {
        #expect(try ConnectionString(text).serviceRecordName == nil)
    }

    @Test("Options have the defaults of all SDKs, and can be set")
    func options() throws {
        let plain = try ConnectionString("couchbase://a").options
        #expect(plain == ConnectionOptions())
        #expect(plain.keyValueTimeout == .milliseconds(2_500))
        let set = try ConnectionString(
            "couchbases://a?network=external&kv_timeout=1.5s&kv_durable_timeout=20000&kv_connect_timeout=500ms"
        ).options
        #expect(set.network == .alternate("external"))
        #expect(set.keyValueTimeout == .milliseconds(1_500))
        #expect(set.durableTimeout == .seconds(20))
        #expect(set.connectTimeout == .milliseconds(500))
        #expect(try ConnectionString("couchbase://a?network=auto").options.network == .automatic)
        #expect(try ConnectionString("couchbase://a?network=default").options.network == .default)
    }

    @Test(
        "What is wrong is said in words",
        arguments: [
            ("db.example", "begin with couchbase://"), ("http://a", "\"http\" is not a scheme"),
            ("couchbase://", "a host is empty"), ("couchbase://a,,b", "a host is empty"),
            ("couchbase://user:secret@a", "give them apart"), ("couchbase://a/orders", "a bucket does not belong"),
            ("couchbase://a:0", "not a port"), ("couchbase://a:65536", "not a port"),
            ("couchbase://a:x", "not a port"), ("couchbase://a:8091", "management service"),
            ("couchbase://a:8091=http", "only key-value ports"), ("couchbase://::1", "stands in brackets"),
            ("couchbase://[::1", "no ]"), ("couchbase://[a]", "not an IPv6 address"),
            ("couchbase://[::1]x", "not a port"), ("couchbase://a b", "not a host name"),
            ("couchbase://a?x=1", "\"x\" is unknown"), ("couchbase://a?network", "has no value"),
            ("couchbase://a?network=", "has no value"),
            ("couchbase://a?kv_timeout=0", "not a time"), ("couchbase://a?kv_timeout=2h", "not a time"),
            ("couchbase://a?kv_timeout=99999s", "not a time"),
            ("couchbase://a?network=auto&network=default", "given twice"),
        ])
    func errors(text: String, words: String) throws {
        let error = #expect(throws: CouchbaseError.self) { try ConnectionString(text) }
        #expect(error?.code == .invalidArgument)
        #expect(error?.message.contains(words) == true, "\(String(describing: error))")
        #expect(error?.message.contains("secret") == false)
    }

    @Test("There is a bound on hosts")
    func tooManyHosts() {
        let hosts = (0...ConnectionString.maximumHosts).map { "h\($0)" }.joined(separator: ",")
        #expect(throws: CouchbaseError.self) { try ConnectionString("couchbase://\(hosts)") }
    }
}
