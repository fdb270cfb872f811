import Foundation
import OrderEvents

/// A value of a topic whose JSON is what `Codable` makes of it.
public protocol CodableEvent: EventValue, Codable {
    /// What a record is that can be read, in words: "record of webhook deliveries".
    static var meaning: String { get }
}

extension CodableEvent {
    /// - Throws: where the bytes are none.
    public init(json: UnsafeRawBufferPointer) throws(EventError) {
        do {
            self = try JSONDecoder().decode(Self.self, from: Data(json))
        } catch {
            throw EventError(.wrongType, detail: "it is no \(Self.meaning)")
        }
    }

    public func encode(into bytes: inout JSONBytes) {
        let encoder = JSONEncoder()
        encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
        do {
            bytes.append(contentsOf: try encoder.encode(self))
        } catch {
            preconditionFailure("texts and numbers can be written as JSON: \(error)")
        }
    }
}
