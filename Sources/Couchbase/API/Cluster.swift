import AsyncHTTPClient
import Foundation
import Logging
import NIOConcurrencyHelpers
import NIOCore
import NIOPosix

/// A Couchbase cluster: its buckets, and its Query service.
///
/// ```swift
/// let cluster = try await Cluster.connect(
///     "couchbases://cb.example.cloud.couchbase.com",
///     options: ClusterOptions(username: "app", password: password))
/// let orders = try await cluster.bucket("orders").scope("shop").collection("orders")
/// try await orders.upsert("order::1", Order(id: 1))
/// await cluster.close()
/// ```
public final class Cluster: Sendable {
    let connectionString: ConnectionString
    let options: ClusterOptions
    let group: any EventLoopGroup
    let plans = PlanCache()
    private let dialer: Dialer
    private let state = NIOLockedValueBox(State())

    private struct State {
        var drivers: [String?: BucketDriver] = [:]
        /// The newest configuration of any bucket: where the Query service is.
        var config: (config: ClusterConfig, network: ClusterNetwork)?
        var isClosed = false
        /// Made with the first query.
        var http: HTTPClient?
        var queries = 0
    }

    private init(
        _ connectionString: ConnectionString, options: ClusterOptions, dialer: Dialer, group: any EventLoopGroup
    ) {
        self.connectionString = connectionString
        self.options = options
        self.dialer = dialer
        self.group = group
    }

    /// A client of the cluster. Connections are opened with the first bucket, or the first query.
    /// - Throws: ``CouchbaseError/Code/invalidArgument`` where the connection string or the certificates cannot be used.
    public static func connect(
        _ connectionString: String, options: ClusterOptions
    ) async throws(CouchbaseError) -> Cluster {
        let parsed = try ConnectionString(connectionString)
        let group = MultiThreadedEventLoopGroup.singleton
        let prepared = await withCheckedContinuation { continuation in
            // Files are read here, which may wait for a disk.
            NIOThreadPool.singleton.submit { _ in
                continuation.resume(returning: prepare(parsed, options, group))
            }
        }
        return Cluster(parsed, options: options, dialer: try prepared.get(), group: group)
    }

    private static func prepare(
        _ string: ConnectionString, _ options: ClusterOptions, _ group: any EventLoopGroup
    ) -> Result<Dialer, CouchbaseError> {
        do throws(CouchbaseError) {
            let tls = string.isEncrypted ? try Dialer.context(certificateFile: options.certificateFile) : nil
            return .success(
                Dialer(
                    tls: tls, connectTimeout: string.options.connectTimeout,
                    resolver: DNSResolver(servers: DNSResolver.systemServers(), group: group)))
        } catch {
            return .failure(error)
        }
    }

    /// Opens a bucket: finds the cluster, authenticates, and reads its configuration.
    ///
    /// A bucket stays open until the cluster is closed; opening it again costs nothing.
    /// - Throws: why it cannot be used, within the connection string's `kv_connect_timeout`:
    ///   ``CouchbaseError/Code/authenticationFailure``, ``CouchbaseError/Code/bucketNotFound``,
    ///   ``CouchbaseError/Code/connectionFailure``.
    public func bucket(_ name: String) async throws(CouchbaseError) -> Bucket {
        Bucket(name: name, cluster: self, driver: try await driver(name))
    }

    /// Finds the cluster, unless a bucket has found it already.
    func findCluster() async throws(CouchbaseError) {
        if state.withLockedValue({ $0.config != nil }) { return }
        _ = try await driver(nil)
    }

    /// - Parameter name: `nil` for the configuration of the cluster as a whole.
    private func driver(_ name: String?) async throws(CouchbaseError) -> BucketDriver {
        let known = state.withLockedValue { $0.drivers[name] }
        if let known { return known }
        let driver = try await BucketDriver.connect(
            settings: settings(name), dialer: dialer, on: group.next(), logger: options.logger,
            onConfig: { [weak self] in self?.learn($0, $1) })
        // Another task may have been faster, or the cluster closed.
        let (winner, isClosed) = state.withLockedValue { state in
            if !state.isClosed, state.drivers[name] == nil { state.drivers[name] = driver }
            return (state.drivers[name], state.isClosed)
        }
        if winner !== driver { await driver.close() }
        guard let winner, !isClosed else { throw CouchbaseError(.requestCanceled, "the cluster is closed") }
        return winner
    }

    private func settings(_ bucket: String?) -> BucketClient.Settings {
        var settings = BucketClient.Settings(
            credentials: options.credentials, bucket: bucket, isEncrypted: connectionString.isEncrypted,
            seeds: connectionString.seeds, serviceRecordName: connectionString.serviceRecordName,
            network: connectionString.options.network)
        settings.connectTimeout = connectionString.options.connectTimeout
        settings.operationLimit = options.operationLimit
        return settings
    }

    private func learn(_ config: ClusterConfig, _ network: ClusterNetwork) {
        state.withLockedValue { state in
            if let known = state.config, known.config.version > config.version { return }
            state.config = (config, network)
        }
    }

    /// Where a service is, by the newest configuration.
    func endpoints(of service: ClusterNode.Service) -> [Endpoint] {
        guard let (config, network) = state.withLockedValue({ $0.config }) else { return [] }
        return config.nodes.compactMap {
            $0.endpoint(of: service, encrypted: connectionString.isEncrypted, network: network)
        }
    }

    /// The nodes take turns.
    func nextQueryEndpoint() -> Endpoint? {
        let all = endpoints(of: .query)
        guard !all.isEmpty else { return nil }
        let turn = state.withLockedValue { state in
            state.queries += 1
            return state.queries
        }
        return all[turn % all.count]
    }

    /// The connections to the Query service.
    func http() throws(CouchbaseError) -> HTTPClient {
        if let http = state.withLockedValue({ $0.http }) { return http }
        var configuration = HTTPClient.Configuration()
        configuration.timeout.connect = .seconds(10)
        if connectionString.isEncrypted {
            do {
                configuration.tlsConfiguration = try Dialer.configuration(certificateFile: options.certificateFile)
            } catch {
                throw CouchbaseError(.invalidArgument, "the certificates cannot be read: \(error)")
            }
        }
        let made = state.withLockedValue { state -> HTTPClient? in
            guard !state.isClosed else { return nil }
            if let http = state.http { return http }
            let http = HTTPClient(eventLoopGroupProvider: .shared(group), configuration: configuration)
            state.http = http
            return http
        }
        guard let made else { throw CouchbaseError(.requestCanceled, "the cluster is closed") }
        return made
    }

    /// Closes every bucket. Mutations that were sent get their answers first; other operations are cancelled.
    public func close() async {
        let (drivers, http) = state.withLockedValue { state in
            state.isClosed = true
            defer {
                state.drivers = [:]
                state.http = nil
            }
            return (Array(state.drivers.values), state.http)
        }
        for driver in drivers { await driver.close() }
        do {
            try await http?.shutdown()
        } catch {
            options.logger.debug("the connections to the Query service were not closed: \(error)")
        }
    }
}

extension DNSResolver {
    /// The name servers of this system; none where the file cannot be read, and then there are no service records.
    static func systemServers() -> [SocketAddress] {
        servers(in: (try? String(contentsOfFile: "/etc/resolv.conf", encoding: .utf8)) ?? "")
    }
}
