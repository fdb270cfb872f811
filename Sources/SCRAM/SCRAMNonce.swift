import Foundation

/// What makes an exchange unlike all others.
public enum SCRAMNonce {
    /// 24 random bytes as 32 printable characters, none of them a comma.
    public static func random() -> String {
        Data((0..<24).map { _ in UInt8.random(in: .min ... .max) }).base64EncodedString()
    }
}
