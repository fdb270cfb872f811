import TestSupport

/// The contents of one file, with what a power loss could take from it.
///
/// `current` is what the page cache shows. For every 512-byte block that was written since the file was last synchronized, `atRisk` has
/// what the device holds instead; so synchronizing costs nothing but forgetting.
struct SimulatedFile {
    static let blockBytes = 512

    private(set) var current: [UInt8] = []
    private(set) var durableSize = 0
    /// What the device has of blocks that were written and not synchronized; empty for blocks that it has nothing of.
    private var atRisk: [Int: ArraySlice<UInt8>] = [:]
    /// The same for blocks whose synchronization failed: the kernel takes them for clean, so synchronizing again does not help them,
    /// only writing them again does.
    private var forgotten: [Int: ArraySlice<UInt8>] = [:]

    init() {}
    init(durable contents: [UInt8]) {
        current = contents
        durableSize = contents.count
    }

    var size: Int { current.count }

    mutating func write(_ bytes: UnsafeRawBufferPointer, at offset: Int) {
        let end = offset + bytes.count
        guard !bytes.isEmpty else { return }
        noteWrite(offset..<end)
        if current.count < end { resize(to: end) }
        current.withUnsafeMutableBytes { target in
            UnsafeMutableRawBufferPointer(rebasing: target[offset..<end]).copyMemory(from: bytes)
        }
    }

    /// Keeps what the device has of the blocks that are about to change.
    private mutating func noteWrite(_ range: Range<Int>) {
        for block in range.lowerBound / Self.blockBytes...(range.upperBound - 1) / Self.blockBytes {
            if let device = forgotten.removeValue(forKey: block) {
                atRisk[block] = device
            } else if atRisk[block] == nil {
                let start = block * Self.blockBytes
                let end = min(start + Self.blockBytes, current.count, durableSize)
                atRisk[block] = start < end ? ArraySlice(Array(current[start..<end])) : []
            }
        }
    }

    mutating func resize(to size: Int) {
        let old = current.count
        guard size != old else { return }
        if size < old {
            noteWrite(size..<old)
            current.removeLast(old - size)
        } else {
            current.append(contentsOf: repeatElement(0, count: size - old))
        }
    }

    mutating func synchronize() {
        durableSize = current.count
        atRisk.removeAll(keepingCapacity: true)
    }

    /// The device failed to take the blocks: they stay visible, and nobody will write them again by himself.
    mutating func failToSynchronize() {
        forgotten.merge(atRisk) { old, _ in old }
        atRisk.removeAll()
    }

    /// The machine loses power: every block that the device may not have is there or not, as the numbers say.
    mutating func losePower(_ random: inout SeededGenerator) {
        if current.count != durableSize, random.flip() {
            if current.count > durableSize {
                current.removeLast(current.count - durableSize)
            } else {
                current.append(contentsOf: repeatElement(0, count: durableSize - current.count))
            }
        }
        atRisk.merge(forgotten) { _, old in old }
        forgotten = [:]
        for block in atRisk.keys.sorted() where random.flip() {
            let start = block * Self.blockBytes
            let device = atRisk[block] ?? []
            for (index, position) in (start..<max(start, min(start + Self.blockBytes, current.count))).enumerated() {
                current[position] = index < device.count ? device[device.startIndex + index] : 0
            }
        }
        synchronize()
    }
}
