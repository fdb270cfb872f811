import OrderEvents

/// Tells without a look-up that an order id was never seen in a partition. Pure, and of a bounded size.
///
/// Ids rise with time in most shops, and those that the API gives do. So a few ceilings say most: the highest id that
/// was seen, of each class of ids. Ids of a class are of the same size but for a fifth, so a stray high one, or a
/// second source of ids that counts elsewhere, spoils its own class only. What lies below its ceiling may have been
/// seen: the database is asked.
struct KnownIDs: Equatable {
    /// By class; 0: none was seen.
    private var ceilings: [Int64] = []

    init() {}

    /// 54 widths of ids, with four classes each.
    static let classes = 54 * 4

    /// An id's class: the number of its bits, and the two bits behind the first.
    private static func kind(_ id: OrderID) -> Int {
        let width = 64 - id.rawValue.leadingZeroBitCount
        return width << 2 | (width < 3 ? 0 : Int(id.rawValue >> Int64(width - 3)) & 3)
    }

    /// False: it was never seen.
    func mayHave(_ id: OrderID) -> Bool { !ceilings.isEmpty && id.rawValue <= ceilings[KnownIDs.kind(id)] }

    mutating func insert(_ id: OrderID) {
        if ceilings.isEmpty { ceilings = Array(repeating: 0, count: KnownIDs.classes) }
        let kind = KnownIDs.kind(id)
        if id.rawValue > ceilings[kind] { ceilings[kind] = id.rawValue }
    }

    /// Takes over what others have seen.
    mutating func formUnion(_ others: KnownIDs) {
        if ceilings.isEmpty { return self = others }
        for (kind, ceiling) in others.ceilings.enumerated() { ceilings[kind] = max(ceilings[kind], ceiling) }
    }
}

// As it stands in the database: the ceilings, little-endian.
extension KnownIDs {
    /// - Returns: nil for bytes that are no ceilings.
    init?(bytes: some Sequence<UInt8>) {
        let bytes = Array(bytes)
        guard bytes.count % 8 == 0 else { return nil }
        for place in stride(from: 0, to: bytes.count, by: 8) {
            let ceiling = bytes.withUnsafeBytes { $0.loadUnaligned(fromByteOffset: place, as: Int64.self) }
            guard let id = OrderID(Int64(littleEndian: ceiling)) else { return nil }
            insert(id)
        }
    }

    var bytes: [UInt8] {
        ceilings.filter { $0 > 0 }.flatMap { ceiling in withUnsafeBytes(of: ceiling.littleEndian) { Array($0) } }
    }
}

/// How far a partition's state has come, and which ids it may have. Noted with each write, under a key of its own.
///
/// An earlier version writes offsets and not this. So what it says of ids counts only where its offsets are the
/// partition's.
struct PartitionMark: Equatable {
    /// -1: there is none.
    var changelogOffset: Int64 = -1
    var inputOffset: Int64 = -1
    var ids = KnownIDs()

    var bytes: [UInt8] {
        [changelogOffset, inputOffset].flatMap { offset in withUnsafeBytes(of: offset.littleEndian) { Array($0) } }
            + ids.bytes
    }

    init() {}

    /// - Returns: nil for bytes that are no mark.
    init?(bytes: [UInt8]) {
        guard bytes.count >= 16, let ids = KnownIDs(bytes: bytes[16...]) else { return nil }
        (changelogOffset, inputOffset) = bytes.withUnsafeBytes {
            (
                Int64(littleEndian: $0.loadUnaligned(as: Int64.self)),
                Int64(littleEndian: $0.loadUnaligned(fromByteOffset: 8, as: Int64.self))
            )
        }
        self.ids = ids
    }

    /// Goes on by what a batch sets.
    mutating func advance(by change: PartitionMark) {
        if change.changelogOffset >= 0 { changelogOffset = change.changelogOffset }
        if change.inputOffset >= 0 { inputOffset = change.inputOffset }
        ids.formUnion(change.ids)
    }
}
