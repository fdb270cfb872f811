import NIOCore

/// A request as a client sent it that was written without this project.
package struct ForeignFrame: Sendable, CustomStringConvertible {
    /// The client, by its name in Tests/ForeignClients.
    package let client: String
    /// The API's number.
    package let key: Int16
    package let version: Int16
    /// The whole frame, with its length prefix and header.
    package let bytes: ByteBuffer

    /// Those of all clients.
    package static let all =
        aiokafka + confluent + confluentLegacy + java + kafkaPython + kafkaPythonLegacy + sarama

    package var description: String { "\(client), API \(key) version \(version)" }

    /// Reads the fixtures' form: a line with the API's number and version, then the frame's bytes in lines of
    /// hexadecimal digits, further to the right.
    static func parse(_ client: String, _ text: String) -> [ForeignFrame] {
        var frames: [(key: Int16, version: Int16, digits: String)] = []
        for line in text.split(separator: "\n") {
            if line.hasPrefix("  ") {
                frames[frames.count - 1].digits += line.drop { $0 == " " }
            } else {
                let numbers = line.split(separator: " ").compactMap { Int16($0) }
                frames.append((numbers[0], numbers[1], ""))
            }
        }
        return frames.map {
            ForeignFrame(client: client, key: $0.key, version: $0.version, bytes: ByteBuffer(hex: $0.digits))
        }
    }
}
