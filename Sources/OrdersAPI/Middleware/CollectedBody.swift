import HTTPTypes
import Hummingbird
import NIOCore
import Synchronization

/// Takes a response's body into memory.
struct CollectedBody: ResponseBodyWriter {
    private final class Bytes: Sendable {
        let buffer = Mutex(ByteBuffer())
    }

    private let bytes: Bytes

    /// The whole body, which has a known length.
    static func bytes(of body: ResponseBody) async throws -> ByteBuffer {
        let bytes = Bytes()
        try await body.write(CollectedBody(bytes: bytes))
        return bytes.buffer.withLock { $0 }
    }

    func write(_ buffer: ByteBuffer) async throws {
        bytes.buffer.withLock { _ = $0.writeImmutableBuffer(buffer) }
    }

    consuming func finish(_ trailingHeaders: HTTPFields?) async throws {}
}
