import Metrics

/// What becomes of a batch of spans after each answer. Pure.
struct ExportPlan {
    enum Step: Hashable {
        /// It is done with.
        case next(exported: Int, refused: Int)
        case wait(Duration, reason: String)
        /// It is lost, for this reason.
        case drop(label: String, reason: String)
    }

    /// A batch that was not taken for so long is dropped, so that newer spans have a chance.
    static let patience: Duration = .seconds(60)
    private static let base: Duration = .seconds(1)
    private static let cap: Duration = .seconds(15)

    let count: Int
    private var attempts = 0
    private var waited: Duration = .zero

    init(count: Int) { self.count = count }

    /// - Parameter jitter: 0.5 to 1.
    mutating func answered(_ answer: ExportAnswer, jitter: Double) -> Step {
        switch answer {
        case .taken(let refused): return .next(exported: max(count - refused, 0), refused: min(refused, count))
        case .refused(let reason): return .drop(label: "refused", reason: reason)
        case .retry(let reason, let after):
            let wait = after ?? min(Self.base * (1 << min(attempts, 4)), Self.cap) * jitter
            attempts += 1
            waited += wait
            return waited > Self.patience ? .drop(label: "undelivered", reason: reason) : .wait(wait, reason: reason)
        }
    }
}
