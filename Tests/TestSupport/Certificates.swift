import Foundation

/// Certificates made for one test, by the openssl program.
package struct Certificates {
    package let folder: String
    package var authority: String { "\(folder)/ca.pem" }
    package var certificate: String { "\(folder)/broker.pem" }
    package var key: String { "\(folder)/broker.key" }

    struct Failed: Error { var text: String }

    /// An authority and a certificate of it for 127.0.0.1.
    package init(in folder: String, authority name: String = "test authority") throws {
        self.folder = folder
        try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
        try Self.run(
            "req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:prime256v1", "-nodes", "-days", "2",
            "-subj", "/CN=\(name)", "-keyout", "\(folder)/ca.key", "-out", authority)
        try renew()
    }

    /// Another certificate of the same authority, in place of the first.
    package func renew() throws {
        let request = "\(folder)/broker.csr"
        try "subjectAltName=IP:127.0.0.1,DNS:localhost".write(
            toFile: "\(folder)/names", atomically: true, encoding: .utf8)
        try Self.run(
            "req", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:prime256v1", "-nodes", "-subj", "/CN=broker",
            "-keyout", key, "-out", request)
        try Self.run(
            "x509", "-req", "-in", request, "-CA", authority, "-CAkey", "\(folder)/ca.key", "-CAcreateserial", "-days",
            "2", "-extfile", "\(folder)/names", "-out", certificate)
    }

    /// A client's certificate of the authority, and its key.
    ///
    /// - Parameters:
    ///   - days: how long it is valid; 0 for one that has expired.
    ///   - password: encrypts the key, if there is one.
    package func client(
        _ name: String, days: Int = 2, password: String? = nil
    ) throws -> (certificate: String, key: String) {
        let (certificate, key, request) = ("\(folder)/\(name).pem", "\(folder)/\(name).key", "\(folder)/\(name).csr")
        try Self.run(
            "req", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:prime256v1", "-subj", "/CN=\(name)",
            "-keyout", key, "-out", request, "-passout", "pass:\(password ?? "")", password == nil ? "-nodes" : "-batch"
        )
        try Self.run(
            "x509", "-req", "-in", request, "-CA", authority, "-CAkey", "\(folder)/ca.key", "-CAcreateserial", "-days",
            "\(days)", "-out", certificate)
        return (certificate, key)
    }

    private static func run(_ arguments: String...) throws {
        let process = Process()
        process.executableURL = URL(fileURLWithPath: "/usr/bin/openssl")
        process.arguments = arguments
        let output = Pipe()
        process.standardError = output
        process.standardOutput = output
        try process.run()
        let text = String(decoding: output.fileHandleForReading.readDataToEndOfFile(), as: UTF8.self)
        process.waitUntilExit()
        guard process.terminationStatus == 0 else { throw Failed(text: text) }
    }
}
