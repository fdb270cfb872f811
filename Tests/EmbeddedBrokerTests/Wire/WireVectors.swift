import NIOCore
import Testing

@testable import EmbeddedBroker

/// One version of one API: a request's and a response's body, as bytes.
struct WireVectors: CustomTestStringConvertible {
    let apiKey: APIKey
    let version: Int16
    let request: ByteBuffer
    let response: ByteBuffer

    init(_ apiKey: APIKey, _ version: Int16, request: String, response: String) {
        self.apiKey = apiKey
        self.version = version
        self.request = ByteBuffer(hex: request)
        self.response = ByteBuffer(hex: response)
    }

    static let all = log + groups + transactions + admin

    var testDescription: String { "\(apiKey) version \(version)" }
}

extension ByteBuffer {
    /// The bytes of an even number of hexadecimal digits.
    init(hex: String) {
        let digits = hex.utf8.map { UInt8($0 > 0x39 ? $0 - 0x57 : $0 - 0x30) }
        self.init(bytes: stride(from: 0, to: digits.count, by: 2).map { digits[$0] << 4 | digits[$0 + 1] })
    }
}

/// A small generator whose sequence is fixed by its seed (SplitMix64).
struct SeededGenerator: RandomNumberGenerator {
    private var state: UInt64

    init(seed: UInt64) { state = seed }

    mutating func next() -> UInt64 {
        state &+= 0x9e37_79b9_7f4a_7c15
        var mixed = state
        mixed = (mixed ^ (mixed >> 30)) &* 0xbf58_476d_1ce4_e5b9
        mixed = (mixed ^ (mixed >> 27)) &* 0x94d0_49bb_1331_11eb
        return mixed ^ (mixed >> 31)
    }
}
