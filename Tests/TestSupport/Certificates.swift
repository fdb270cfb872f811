import Foundation

/// Certificates made for one test, by the openssl program.
package struct Certificates {
    package let folder: String
    package var authority: String { "\(folder)/ca.pem" }
    package var certificate: String { "\(folder)/broker.pem" }
    package var key: String { "\(folder)/broker.key" }

    struct Failed: Error { var text: String }

    /// An authority and a certificate of it for 127.0.0.1.
    package init(in folder: String) throws {
        self.folder = folder
        try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
        try Self.run(
            "req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:prime256v1", "-nodes", "-days", "2",
            "-subj", "/CN=test authority", "-keyout", "\(folder)/ca.key", "-out", authority)
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
