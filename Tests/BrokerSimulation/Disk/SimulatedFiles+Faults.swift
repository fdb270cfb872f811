import Synchronization
import TestSupport

@testable import BrokerCore
@testable import BrokerStorage

/// What a call on ``SimulatedFiles`` does, as far as faults care.
enum DiskCall {
    case list, look, read, synchronize, synchronizeDirectory, name
    case write(bytes: Int)
}

/// What is about to fail.
struct DiskFaults {
    struct Planned {
        var substring: String
        var code: StorageError.Code
        /// Only calls of this kind fail, nil for all.
        var kind: Kind?
    }

    enum Kind: CaseIterable { case read, write, synchronize, name }

    /// The next calls on files whose name contains the text fail, one call each.
    var planned: [Planned] = []
    /// Nothing more fits on the device: writes fail, as does whatever else takes room.
    var isFull = false
    /// Calls left until the process dies.
    var callsLeft: Int?
    /// How much of what is being written when the process dies, or the device is full, gets there.
    var tornBytes = 0
    /// How often a planned fault or a full device has struck.
    var struck = 0

    struct Strike {
        var error: StorageError
        /// How many bytes of a write are made all the same.
        var written = 0
        /// Whether a synchronization has failed, and not only never been made.
        var losesDirtyBlocks = false
    }

    /// How the call fails, nil if it does not.
    mutating func strike(_ name: String, _ call: DiskCall) -> Strike? {
        func error(_ code: StorageError.Code, _ detail: String) -> StorageError {
            StorageError(code: code, file: name, detail: detail)
        }
        if let left = callsLeft {
            guard left > 0 else { return Strike(error: error(.inputOutput, "the process is dead")) }
            callsLeft = left - 1
            if left == 1, case .write(let bytes) = call, bytes > 0 {
                return Strike(
                    error: error(.inputOutput, "the process dies in its write"), written: tornBytes % (bytes + 1))
            }
        }
        if isFull, case .write(let bytes) = call {
            struck += 1
            return Strike(error: error(.noSpace, "injected: no space left"), written: tornBytes % (bytes + 1))
        }
        guard !planned.isEmpty,
            let index = planned.firstIndex(where: { fault in
                name.contains(fault.substring) && (fault.kind.map { $0 == call.kind } ?? true)
            })
        else { return nil }
        struck += 1
        return Strike(
            error: error(planned.remove(at: index).code, "injected"), losesDirtyBlocks: call.kind == .synchronize)
    }
}

extension DiskCall {
    var kind: DiskFaults.Kind? {
        switch self {
        case .list, .look: nil
        case .read: .read
        case .write: .write
        case .synchronize, .synchronizeDirectory: .synchronize
        case .name: .name
        }
    }
}

extension SimulatedFiles {
    /// Does what the call is for, unless it fails; of a write that fails, as many bytes as `torn` is given.
    func access<Result>(
        _ name: String, _ call: DiskCall, torn: (inout State, Int) -> Void = { _, _ in },
        _ body: (inout State) throws(StorageError) -> Result
    ) throws(StorageError) -> Result {
        let result: Swift.Result<Result, StorageError> = state.withLock { state in
            do throws(StorageError) {
                state.calls += 1
                if let strike = state.faults.strike(name, call) {
                    if strike.losesDirtyBlocks, let id = state.names[name] { state.files[id]?.failToSynchronize() }
                    if strike.written > 0 { torn(&state, strike.written) }
                    throw strike.error
                }
                return .success(try body(&state))
            } catch {
                return .failure(error)
            }
        }
        return try result.get()
    }

    /// Nothing fails any more. A process that dies and starts again finds what it had written.
    func clearFaults() {
        state.withLock { state in
            let struck = state.faults.struck
            state.faults = DiskFaults()
            state.faults.struck = struck
        }
    }

    /// The machine loses power.
    func losePower(_ random: inout SeededGenerator) {
        clearFaults()
        state.withLock { state in
            let names = Set(state.names.keys).union(state.durableNames.keys).sorted()
            for name in names where state.names[name] != state.durableNames[name] {
                if random.flip() { state.names[name] = state.durableNames[name] }
            }
            state.durableNames = state.names
            // Files without a name are gone permanently.
            let named = Set(state.names.values)
            state.files = state.files.filter { named.contains($0.key) }
            for id in named.sorted() { state.files[id]?.losePower(&random) }
        }
    }

    /// The next call on a file whose name contains the text fails; only calls of the kind, if one is given.
    func failNext(_ substring: String, _ code: StorageError.Code, _ kind: DiskFaults.Kind? = nil) {
        state.withLock { $0.faults.planned.append(.init(substring: substring, code: code, kind: kind)) }
    }

    /// From now on there is no space, or there is again.
    func setFull(_ isFull: Bool, tornBytes: Int = 0) {
        state.withLock { state in
            state.faults.isFull = isFull
            state.faults.tornBytes = tornBytes
        }
    }

    /// After this many more calls every call fails, as for a process that dies in the middle of its work.
    func dieAfter(calls: Int, tornBytes: Int = 0) {
        state.withLock { state in
            state.faults.callsLeft = calls
            state.faults.tornBytes = tornBytes
        }
    }

    var isDead: Bool { state.withLock { $0.faults.callsLeft == 0 } }
    /// How often a fault has struck.
    var faultsStruck: Int { state.withLock { $0.faults.struck } }
}
