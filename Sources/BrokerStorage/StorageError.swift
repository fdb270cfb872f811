/// Why a storage operation failed, with the file it was about.
package struct StorageError: Error, Hashable, Sendable, CustomStringConvertible {
    package enum Code: Hashable, Sendable {
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

    package var code: Code
    /// Relative to the data directory.
    package var file: String
    package var detail: String

    package init(code: Code, file: String, detail: String) {
        self.code = code
        self.file = file
        self.detail = detail
    }

    package var description: String { "\(file): \(detail)" }

    package static func corrupt(_ file: String, _ detail: String) -> Self {
        Self(code: .corrupt, file: file, detail: detail)
    }
}
