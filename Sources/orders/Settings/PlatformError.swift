/// A wrong setting, a port in use, a directory that cannot be written: one message, exit code 1.
struct PlatformError: Error, CustomStringConvertible {
    let description: String
    init(_ description: String) { self.description = description }
}
