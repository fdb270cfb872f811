import Foundation
import Secrets

/// The endpoints of a JSON file: `{"endpoints":[{"name","url","secret","events"}]}`.
public enum WebhookFile {
    /// The most endpoints of a platform.
    public static let maximumEndpoints = 32
    private static let maximumBytes = 256 << 10

    private struct Contents: Decodable {
        struct Entry: Decodable {
            var name: String
            var url: String?
            var url_file: String?
            var secret: String?
            var secret_file: String?
            var previous_secret: String?
            var events: [String]
        }
        var endpoints: [Entry]
    }

    /// Reads the file at `path`. Blocking.
    ///
    /// - Throws: what is wrong and where; never a URL or a secret.
    public static func read(_ path: String) throws(WebhookError) -> [WebhookEndpoint] {
        let data: Data
        do {
            let file = try FileHandle(forReadingFrom: URL(fileURLWithPath: path))
            // Nothing was written, so closing cannot lose anything.
            defer { try? file.close() }
            data = try file.read(upToCount: maximumBytes + 1) ?? Data()
        } catch {
            throw WebhookError("the file of webhook endpoints \(path) cannot be read")
        }
        guard data.count <= maximumBytes else {
            throw WebhookError("the file of webhook endpoints \(path) is larger than \(maximumBytes >> 10) KiB")
        }
        return try parse(data, path: path)
    }

    /// The endpoints in the bytes of a file.
    public static func parse(_ data: Data, path: String) throws(WebhookError) -> [WebhookEndpoint] {
        let contents: Contents
        do {
            contents = try JSONDecoder().decode(Contents.self, from: data)
        } catch {
            // The decoder's own text may hold a value.
            throw WebhookError(
                "\(path) is no file of webhook endpoints: it is {\"endpoints\":[{\"name\":…,\"url\":…,\"secret\":…,\"events\":[…]}]}"
            )
        }
        guard contents.endpoints.count <= maximumEndpoints else {
            throw WebhookError("\(path) has more than \(maximumEndpoints) endpoints")
        }
        var names: Set<String> = []
        var endpoints: [WebhookEndpoint] = []
        for (index, entry) in contents.endpoints.enumerated() {
            do throws(WebhookError) {
                let endpoint = try endpoint(entry)
                guard names.insert(endpoint.name).inserted else { throw WebhookError("its name is used twice") }
                endpoints.append(endpoint)
            } catch {
                throw WebhookError("endpoint \(index + 1) of \(path): \(error)")
            }
        }
        return endpoints
    }

    private static func endpoint(_ entry: Contents.Entry) throws(WebhookError) -> WebhookEndpoint {
        var outcomes: Set<OrderOutcome> = []
        for name in entry.events {
            guard let outcome = OrderOutcome(rawValue: name) else {
                throw WebhookError(
                    "events: there is no \(name.prefix(40)); there are \(OrderOutcome.allCases.map(\.rawValue).joined(separator: ", "))"
                )
            }
            outcomes.insert(outcome)
        }
        let secrets = [try secret(entry.secret, entry.secret_file, "secret")].compactMap(\.self)
        guard let url = try secret(entry.url, entry.url_file, "url") else { throw WebhookError("it has no url") }
        return try WebhookEndpoint(
            name: entry.name, url: url, secrets: secrets + (entry.previous_secret.map { [Secret($0)] } ?? []),
            outcomes: outcomes)
    }

    private static func secret(_ text: String?, _ file: String?, _ name: String) throws(WebhookError) -> Secret? {
        guard let file else { return text.map { Secret($0) } }
        guard text == nil else { throw WebhookError("\(name) and \(name)_file are both given") }
        do throws(SecretError) {
            return try SecretSource.file(file).read()
        } catch {
            throw WebhookError("\(name)_file: \(error)")
        }
    }
}
