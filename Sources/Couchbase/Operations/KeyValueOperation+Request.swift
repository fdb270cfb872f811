import Foundation
import NIOCore

extension KeyValueOperation {
    /// What a request needs besides the operation itself.
    struct Target: Hashable, Sendable {
        let key: String
        let vbucket: UInt16
        /// 0 is the default collection.
        let collectionID: UInt32
        let opaque: UInt32
    }

    /// Keys are no longer on the wire, a collection's prefix included.
    private static let longestKey = 250

    /// The request, as far as a connection with these features can carry it.
    func request(
        to target: Target, features: Set<Feature>, now: Date
    ) throws(CouchbaseError) -> RequestFrame {
        var frame = RequestFrame(opcode: opcode, vbucket: target.vbucket, opaque: target.opaque)
        frame.key = try Self.key(target, features: features)
        if let options {
            frame.cas = options.cas
            frame.framing = try Self.framing(options, features: features)
        }
        switch self {
        case .get, .getReplica, .remove: break
        case .getAndTouch(let expiry), .touch(let expiry): frame.extras.writeInteger(try expiry.encoded(now: now))
        case .getAndLock(let seconds): frame.extras.writeInteger(seconds)
        case .unlock(let cas): frame.cas = cas
        case .insert(let content, let options), .upsert(let content, let options), .replace(let content, let options):
            frame.extras.writeMultipleIntegers(content.flags, try options.expiry.encoded(now: now))
            Self.set(content, in: &frame, features: features)
        case .lookup(let paths):
            try Self.check(paths.map { ($0.path, $0.isAttribute) })
            for path in paths { path.encode(into: &frame.value) }
        case .mutate(let paths, let semantics, let options):
            try Self.check(paths.map { ($0.path, $0.isAttribute) })
            if options.expiry != .never { frame.extras.writeInteger(try options.expiry.encoded(now: now)) }
            if semantics != .replace { frame.extras.writeInteger(semantics.rawValue) }
            for path in paths { path.encode(into: &frame.value) }
        }
        if case .insert(_, let options) = self, options.cas != 0 {
            throw CouchbaseError(.invalidArgument, "an insert cannot check a CAS: there is no document yet")
        }
        return frame
    }

    private static func key(_ target: Target, features: Set<Feature>) throws(CouchbaseError) -> ByteBuffer {
        var key = ByteBuffer()
        if features.contains(.collections) {
            UnsignedLEB128.encode(target.collectionID, into: &key)
        } else if target.collectionID != 0 {
            throw CouchbaseError(.featureNotAvailable, "the server has no collections but the default one")
        }
        guard !target.key.isEmpty else { throw CouchbaseError(.invalidArgument, "a key cannot be empty") }
        key.writeString(target.key)
        guard key.readableBytes <= longestKey else {
            throw CouchbaseError(
                .invalidArgument, "the key has \(target.key.utf8.count) bytes, too many for a limit of \(longestKey)")
        }
        return key
    }

    private static func framing(
        _ options: MutationOptions, features: Set<Feature>
    ) throws(CouchbaseError) -> [RequestFrameItem] {
        var items: [RequestFrameItem] = []
        if let level = options.durability {
            guard features.isSuperset(of: [.durability, .alternativeRequests]) else {
                throw CouchbaseError(.featureNotAvailable, "the server has no durability levels")
            }
            // 0 and 65535 are not legal.
            let timeout = options.durabilityTimeoutMilliseconds.map { min(max($0, 1), 65_534) }
            items.append(.durability(level: level.rawValue, timeoutMilliseconds: timeout))
        }
        if options.preservesExpiry {
            guard features.isSuperset(of: [.preserveExpiry, .alternativeRequests]) else {
                throw CouchbaseError(.featureNotAvailable, "the server cannot preserve an expiry")
            }
            guard options.expiry == .never else {
                throw CouchbaseError(.invalidArgument, "an expiry is either preserved or set")
            }
            items.append(.preserveExpiry)
        }
        return items
    }

    private static func set(_ content: Content, in frame: inout RequestFrame, features: Set<Feature>) {
        if content.isJSON, features.contains(.json) { frame.dataType.insert(.json) }
        if features.contains(.snappy), let packed = Snappy.compressIfSmaller(content.bytes) {
            frame.dataType.insert(.snappy)
            frame.value = packed
        } else {
            frame.value = content.bytes
        }
    }

    private static func check(_ paths: [(path: String, isAttribute: Bool)]) throws(CouchbaseError) {
        guard (1...PathLookup.maximumCount).contains(paths.count) else {
            throw CouchbaseError(
                .invalidArgument, "\(paths.count) paths in one request; 1 to \(PathLookup.maximumCount) are possible")
        }
        for (path, _) in paths where path.utf8.count > 1_024 {
            throw CouchbaseError(.pathTooBig, "a path has \(path.utf8.count) bytes; 1024 are the most")
        }
        guard let document = paths.firstIndex(where: { !$0.isAttribute }) else { return }
        guard !paths[document...].contains(where: \.isAttribute) else {
            throw CouchbaseError(.invalidArgument, "paths into extended attributes have to come first")
        }
    }
}
