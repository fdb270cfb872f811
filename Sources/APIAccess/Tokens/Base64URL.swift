import Foundation

/// Base64 of RFC 4648, section 5, without padding: the parts of a token.
enum Base64URL {
    /// nil for what is none; padding and the other alphabet are refused (RFC 7515, section 2).
    static func decode(_ text: some StringProtocol) -> [UInt8]? {
        guard text.utf8.allSatisfy({ $0 != 0x2B && $0 != 0x2F && $0 != 0x3D }) else { return nil }
        let plain = String(text).replacing("-", with: "+").replacing("_", with: "/")
        let padding = String(repeating: "=", count: (4 - plain.utf8.count % 4) % 4)
        guard padding.count < 3, let data = Data(base64Encoded: plain + padding) else { return nil }
        return [UInt8](data)
    }
}
