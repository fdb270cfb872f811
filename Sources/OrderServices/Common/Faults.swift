import OrderStore
import StreamProcessing

// What the services' errors are to the loop. See `Fault` for what is done about each kind.

extension OrderStoreError: ClassifiedError {
    /// Whatever keeps the store from being written, no order is to blame: it waits until the store can be written
    /// again.
    public var fault: Fault {
        switch code {
        case .busy, .storage, .unavailable: .dependency(code: "store_unavailable")
        case .cannotOpen, .notAStore, .newerVersion, .corrupt: .dependency(code: "store_unusable")
        case .closed: .run(code: "store_closed")
        case .invalidArgument, .other: .unknown
        }
    }
}

extension PaymentGatewayError: ClassifiedError {
    public var fault: Fault { .dependency(code: code.rawValue) }
}

extension Webhook.Unavailable: ClassifiedError {
    var fault: Fault { .dependency(code: PaymentGatewayError.Code.unavailable.rawValue) }
}
