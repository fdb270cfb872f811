/// Why a storage operation failed, with the file it was about.
struct StorageError: Error, Hashable, Sendable, CustomStringConvertible {
    enum Code: Hashable, Sendable {
        /// The file or directory does not exist.
        case notFound
        /// No space is left on the device, or a quota is used up.
        case noSpace
        /// The process may not do this to the file.
        case notPermitted
        /// The device or the file system failed otherwise.
        case inputOutput
        /// What the file holds is not what was written to it.
        case corrupt
    }

    var code: Code
    /// Relative to the data directory.
    var file: String
    var detail: String

    var description: String { "\(file): \(detail)" }

    static func corrupt(_ file: String, _ detail: String) -> Self { Self(code: .corrupt, file: file, detail: detail) }
}
