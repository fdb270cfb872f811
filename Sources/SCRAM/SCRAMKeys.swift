/// The keys that both sides make from a password (RFC 5802, section 3).
struct SCRAMKeys {
    let client: [UInt8]
    let server: [UInt8]

    init(hash: SCRAMHash, password: String, salt: [UInt8], iterations: Int) {
        let salted = hash.saltedPassword(Array(password.utf8), salt: salt, iterations: iterations)
        client = hash.code(Array("Client Key".utf8), key: salted)
        server = hash.code(Array("Server Key".utf8), key: salted)
    }
}

/// Whether two secrets are the same, in a time that depends on their lengths only.
func isEqualInConstantTime(_ left: [UInt8], _ right: [UInt8]) -> Bool {
    guard left.count == right.count else { return false }
    var difference: UInt8 = 0
    for index in left.indices { difference |= left[index] ^ right[index] }
    return difference == 0
}

/// Two byte sequences of one length, combined.
func exclusiveOr(_ left: [UInt8], _ right: [UInt8]) -> [UInt8] { zip(left, right).map { $0 ^ $1 } }
