/// Whose clock a batch's timestamps are from.
package enum TimestampType: Hashable, Sendable {
    case createTime
    case logAppendTime
}

/// The 16 attribute bits of a record batch.
package struct RecordAttributes: RawRepresentable, Hashable, Sendable {
    package var rawValue: UInt16

    package init(rawValue: UInt16) { self.rawValue = rawValue }

    package init(
        compression: Compression = .none, timestampType: TimestampType = .createTime, isTransactional: Bool = false,
        isControl: Bool = false
    ) {
        rawValue = UInt16(compression.rawValue)
        self.timestampType = timestampType
        if isTransactional { rawValue |= 0x10 }
        if isControl { rawValue |= 0x20 }
    }

    /// Nil for a code that no compression has.
    @inlinable
    package var compression: Compression? { Compression(rawValue: compressionCode) }

    @inlinable
    package var compressionCode: UInt8 { UInt8(rawValue & 0x07) }

    @inlinable
    package var timestampType: TimestampType {
        get { rawValue & 0x08 != 0 ? .logAppendTime : .createTime }
        set { rawValue = newValue == .logAppendTime ? rawValue | 0x08 : rawValue & ~0x08 }
    }

    @inlinable
    package var isTransactional: Bool { rawValue & 0x10 != 0 }
    @inlinable
    package var isControl: Bool { rawValue & 0x20 != 0 }

    /// Whether the batch's base timestamp says until when its tombstones stay, see ``RecordBatchHeader/deleteHorizon``
    /// (KIP-534).
    @inlinable
    package var hasDeleteHorizon: Bool {
        get { rawValue & 0x40 != 0 }
        set { rawValue = newValue ? rawValue | 0x40 : rawValue & ~0x40 }
    }
}
