import Logging
import NIOConcurrencyHelpers
import NIOCore

/// A bucket's client for tasks anywhere: carries operations to its event loop and results back.
final class BucketDriver: Sendable {
    private struct Submission {
        let number: UInt64
        let request: OperationRequest
        let completion: @Sendable (Result<OperationResult, CouchbaseError>) -> Void
    }

    private struct Inbox {
        var nextNumber: UInt64 = 0
        var submissions: [Submission] = []
    }

    private let loop: any EventLoop
    private let bound: NIOLoopBound<BucketLoop>
    /// What is here when the loop comes by is written together.
    private let inbox = NIOLockedValueBox(Inbox())

    private init(loop: any EventLoop, bound: NIOLoopBound<BucketLoop>) {
        self.loop = loop
        self.bound = bound
    }

    /// Connects.
    /// - Throws: why no seed works.
    static func connect(
        settings: BucketClient.Settings, dialer: Dialer, on loop: any EventLoop, logger: Logger,
        onConfig: @escaping @Sendable (ClusterConfig, ClusterNetwork) -> Void
    ) async throws(CouchbaseError) -> BucketDriver {
        let driver = await withCheckedContinuation { continuation in
            loop.execute {
                let bucket = BucketLoop(loop: loop, settings: settings, dialer: dialer, logger: logger)
                bucket.onConfig = onConfig
                continuation.resume(
                    returning: BucketDriver(loop: loop, bound: NIOLoopBound(bucket, eventLoop: loop)))
            }
        }
        let bound = driver.bound
        let started = await withCheckedContinuation { continuation in
            loop.execute { bound.value.start { continuation.resume(returning: $0) } }
        }
        if case .failure(let error) = started {
            await driver.close()
            throw error
        }
        return driver
    }

    /// The newest configuration.
    func config() async -> ClusterConfig? {
        let bound = bound
        return await withCheckedContinuation { continuation in
            loop.execute { continuation.resume(returning: bound.value.config?.config) }
        }
    }

    /// Ends what waits, and closes the connections. Mutations that were sent get their answers first.
    func close() async {
        let bound = bound
        await withCheckedContinuation { continuation in
            loop.execute { bound.value.close { continuation.resume() } }
        }
    }

    /// One operation.
    func run(_ request: OperationRequest) async throws(CouchbaseError) -> OperationResult {
        let number = takeNumber()
        let result = await withTaskCancellationHandler {
            await withCheckedContinuation { continuation in
                enqueue([Submission(number: number, request: request) { continuation.resume(returning: $0) }])
                // Cancelled between the two: the handler came too early to find it.
                if Task.isCancelled { cancel(number) }
            }
        } onCancel: {
            cancel(number)
        }
        return try result.get()
    }

    /// Operations that wait together, in the order of the requests.
    func run(_ requests: [OperationRequest]) async -> [Result<OperationResult, CouchbaseError>] {
        guard !requests.isEmpty else { return [] }
        let batch = NIOLockedValueBox<(results: [Result<OperationResult, CouchbaseError>?], left: Int)>(
            (Array(repeating: nil, count: requests.count), requests.count))
        await withCheckedContinuation { continuation in
            enqueue(
                requests.enumerated().map { place, request in
                    Submission(number: takeNumber(), request: request) { result in
                        let isLast = batch.withLockedValue {
                            $0.results[place] = result
                            $0.left -= 1
                            return $0.left == 0
                        }
                        if isLast { continuation.resume() }
                    }
                })
        }
        return batch.withLockedValue { $0.results.compactMap { $0 } }
    }

    private func takeNumber() -> UInt64 {
        inbox.withLockedValue {
            $0.nextNumber += 1
            return $0.nextNumber
        }
    }

    private func enqueue(_ submissions: [Submission]) {
        let isFirst = inbox.withLockedValue { inbox in
            defer { inbox.submissions += submissions }
            return inbox.submissions.isEmpty
        }
        guard isFirst else { return }
        loop.execute { [self] in
            let taken = inbox.withLockedValue { inbox in
                defer { inbox.submissions = [] }
                return inbox.submissions
            }
            let bucket = bound.value
            for submission in taken {
                bucket.submit(submission.request, number: submission.number, submission.completion)
            }
            bucket.settle()
        }
    }

    private func cancel(_ number: UInt64) {
        let bound = bound
        loop.execute { bound.value.cancel(number) }
    }
}
