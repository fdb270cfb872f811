import Logging
import NIOCore
import OrderEvents

extension OrderIntake {
    /// Orders of a batch that are taken at a time.
    private static let batchWidth = 64

    /// Takes each order of a batch by itself. The results are in the batch's order, and what one of them is does not
    /// depend on the others, but that orders of one id are taken one after the other.
    ///
    /// - Parameter key: Each order has a key of its own from it: a batch that is sent again is placed once.
    func accept(_ batch: [ByteBuffer], key: IdempotencyKey?, logger: Logger) async -> [Result<Accepted, Problem>] {
        var results: [Result<Accepted, Problem>?] = Array(repeating: nil, count: batch.count)
        var lanes: [[(Int, OrderDraft)]] = []
        var laneOfID: [OrderID: Int] = [:]
        for (index, body) in batch.enumerated() {
            do throws(Problem) {
                let draft = try Self.draft(from: body, now: now())
                if let lane = draft.id.flatMap({ laneOfID[$0] }) {
                    lanes[lane].append((index, draft))
                } else {
                    if let id = draft.id { laneOfID[id] = lanes.count }
                    lanes.append([(index, draft)])
                }
            } catch {
                results[index] = .failure(error)
            }
        }
        await withTaskGroup(of: [(Int, Result<Accepted, Problem>)].self) { group in
            for (number, lane) in lanes.enumerated() {
                if number >= Self.batchWidth, let done = await group.next() {
                    for (index, result) in done { results[index] = result }
                }
                group.addTask { await take(lane, key: key, logger: logger) }
            }
            for await done in group {
                for (index, result) in done { results[index] = result }
            }
        }
        // Every index is in a lane or was refused above.
        return results.map { $0 ?? .failure(.internalError) }
    }

    private func take(
        _ lane: [(Int, OrderDraft)], key: IdempotencyKey?, logger: Logger
    ) async -> [(Int, Result<Accepted, Problem>)] {
        var done: [(Int, Result<Accepted, Problem>)] = []
        for (index, draft) in lane {
            do {
                let key = try key.map { try $0.ofBatch(index) }
                done.append((index, .success(try await accept(draft, key: key, logger: logger))))
            } catch {
                done.append((index, .failure(ProblemMiddleware.problem(for: error))))
            }
        }
        return done
    }
}

extension IdempotencyKey {
    /// The key of one order of a batch.
    func ofBatch(_ index: Int) throws(Problem) -> IdempotencyKey {
        do throws(Problem) { return try IdempotencyKey(header: "\(text)#\(index)") } catch {
            throw .invalidParameter("Idempotency-Key", "for a batch it must be 1 to 250 visible ASCII characters")
        }
    }
}
