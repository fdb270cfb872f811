import Crypto

/// A key from a password (RFC 8018), as long as the hash: one block is all that SCRAM needs.
enum PBKDF2 {
    static func derive<Hash: HashFunction>(
        _ hash: Hash.Type, password: [UInt8], salt: [UInt8], iterations: Int
    ) -> [UInt8] {
        // The keyed state is copied for each round: keying costs as much as hashing.
        let keyed = HMAC<Hash>(key: SymmetricKey(data: password))
        var first = keyed
        first.update(data: salt)
        first.update(data: [0, 0, 0, 1] as [UInt8])
        var block = [UInt8](first.finalize())
        var result = block
        for _ in 1..<max(iterations, 1) {
            var round = keyed
            round.update(data: block)
            round.finalize().withUnsafeBytes { bytes in
                for index in result.indices {
                    block[index] = bytes[index]
                    result[index] ^= bytes[index]
                }
            }
        }
        return result
    }
}
