import Foundation
import NIOCore

/// One connection of a client, from the attempt to open it to its end.
struct Link: Sendable {
    let slot: BucketClient.SlotID
    let endpoint: Endpoint
    let openedAt: Duration
    var connection: KVConnection
    var outgoing = ByteBuffer()
    var isWritable = true
    /// Takes no more operations, and closes when those on it have ended.
    var isRetired = false
    var lastReceived: Duration
    /// When it was asked whether it is there.
    var probedAt: Duration?

    var takesOperations: Bool { connection.hasRoom && isWritable && !isRetired }

    mutating func submit(
        _ pending: Pending, id: UInt64, collectionID: UInt32, date: Date
    ) throws(CouchbaseError) -> UInt32 {
        try connection.submit(
            pending.request.operation, id: id, key: pending.request.key, vbucket: pending.vbucket,
            collectionID: collectionID, date: date, into: &outgoing)
    }

    mutating func submit(query: RequestFrame, id: UInt64) throws(CouchbaseError) -> UInt32 {
        try connection.submit(query: query, id: id, into: &outgoing)
    }
}
