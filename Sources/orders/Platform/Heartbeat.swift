import Foundation
import OrderEvents
import OrderServices

/// That a service's process is alive and does its work, as a file of its data directory: what a container's health
/// check reads, through `orders health`.
struct Heartbeat: Codable, Hashable {
    /// As in the command line.
    var service: String
    /// Whether it has come to its work: a consumer to its group, the API to its port.
    var isServing: Bool
    var at: Timestamp

    /// Written this often.
    static let interval: Duration = .seconds(5)
    /// One that is older is a process that is gone or stuck, in milliseconds; `service-health` waits as long.
    static let patience: Int64 = 35_000

    private enum CodingKeys: String, CodingKey {
        case service, at
        case isServing = "is_serving"
    }

    /// What is wrong, for people; nil: nothing.
    ///
    /// - Parameter now: milliseconds since 1970.
    func problem(now: Int64) -> String? {
        let age = now - at.millisecondsSinceEpoch
        if age > Heartbeat.patience { return "silent for \(age / 1_000) s" }
        return isServing ? nil : "starting"
    }
}

/// The heartbeats of one data directory, a file for each service and host: containers may share a directory.
struct HeartbeatFiles {
    let directory: URL
    private let host: String
    /// What a host that is gone has left is removed after so long.
    private static let leftover: TimeInterval = 24 * 3_600

    init(dataDirectory: String, host: String = HeartbeatFiles.hostName) {
        directory = URL(fileURLWithPath: "\(dataDirectory)/health", isDirectory: true)
        self.host = host
    }

    func write(_ heartbeat: Heartbeat) throws {
        try FileManager.default.createDirectory(at: directory, withIntermediateDirectories: true)
        try JSONEncoder().encode(heartbeat).write(to: file(of: heartbeat.service), options: .atomic)
    }

    func remove(_ service: String) throws { try FileManager.default.removeItem(at: file(of: service)) }

    func removeLeftovers(now: Date = Date()) {
        for file in all {
            // Another process may have removed it; one that stays harms nobody.
            guard let values = try? file.resourceValues(forKeys: [.contentModificationDateKey]),
                let changed = values.contentModificationDate, now.timeIntervalSince(changed) > Self.leftover
            else { continue }
            try? FileManager.default.removeItem(at: file)
        }
    }

    /// Those of the services named, or of all that this host runs.
    ///
    /// - Throws: ``PlatformError`` where there is none.
    func read(_ services: [String]) throws -> [Heartbeat] {
        let ours = all.filter { $0.lastPathComponent.hasSuffix("@\(host).json") }
        let files = services.isEmpty ? ours : services.map(file(of:))
        guard !files.isEmpty else { throw PlatformError("no service runs on the data directory (\(directory.path))") }
        return try files.map { file in
            guard let data = FileManager.default.contents(atPath: file.path) else {
                throw PlatformError("it does not run: there is no \(file.path)")
            }
            return try JSONDecoder().decode(Heartbeat.self, from: data)
        }
    }

    private var all: [URL] {
        // No directory: nothing has ever run here, and the caller says so.
        let found = (try? FileManager.default.contentsOfDirectory(at: directory, includingPropertiesForKeys: nil)) ?? []
        return found.filter { $0.pathExtension == "json" }.sorted { $0.path < $1.path }
    }

    private func file(of service: String) -> URL { directory.appendingPathComponent("\(service)@\(host).json") }

    /// The name of this machine or container, without asking a name server.
    static var hostName: String {
        var name = [CChar](repeating: 0, count: 256)
        guard gethostname(&name, name.count - 1) == 0 else { return "localhost" }
        return String(decoding: name.prefix { $0 != 0 }.map(UInt8.init(bitPattern:)), as: UTF8.self)
    }
}

extension ServiceHealthPublisher {
    /// Whether every task of this process has come to its group. One that waits for something it needs counts: it goes on
    /// by itself, and a restart would not help it.
    var areTasksServing: Bool {
        let instances = instances
        return !instances.isEmpty && instances.allSatisfy { $0.state == .running || $0.state == .retrying }
    }
}
