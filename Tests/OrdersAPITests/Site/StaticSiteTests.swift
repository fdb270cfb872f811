import Foundation
import NIOCore
import Testing

@testable import OrdersAPI

@Suite struct StaticSiteTests {
    private let directory: TemporaryDirectory

    init() throws {
        directory = try TemporaryDirectory()
        try directory.write("index.html", "<!doctype html>")
        try directory.write("app.js", "console.log(1)")
        try directory.write("app.js.gz", "compressed")
        try directory.write("assets/chunk-5F3A91BC.js", "x")
        try directory.write(".secret", "hidden")
    }

    private func snapshot() throws -> SiteSnapshot { try SiteSnapshot(readingDirectory: directory.path) }

    @Test func onlyTheFilesThatAreThereCanBeAskedFor() throws {
        let files = try snapshot()
        #expect(Set(files.files.keys) == ["/index.html", "/app.js", "/assets/chunk-5F3A91BC.js"])
        for path in ["/../etc/passwd", "//etc/passwd", "/.secret", "/app.js.gz", "/assets/../app.js", "/app.js/"] {
            #expect(files.file(forPath: path) == nil, "\(path)")
        }
    }

    @Test func aLinkOutOfTheDirectoryIsNotFollowed() throws {
        try FileManager.default.createSymbolicLink(
            atPath: directory.path + "/passwd.txt", withDestinationPath: "/etc/passwd")
        #expect(try snapshot().files["/passwd.txt"] == nil)
    }

    @Test func aPathThatNamesNoFileIsNotThere() throws {
        let files = try snapshot()
        #expect(files.file(forPath: "/")?.contentType == "text/html; charset=utf-8")
        #expect(files.file(forPath: "/orders/17") == nil)
        #expect(files.file(forPath: "/missing.js") == nil)
    }

    @Test func contentTypesAndCachingFollowTheName() throws {
        let files = try snapshot()
        #expect(files.files["/app.js"]?.contentType == "text/javascript; charset=utf-8")
        #expect(files.files["/app.js"]?.cacheControl == "no-cache")
        #expect(files.files["/index.html"]?.cacheControl == "no-cache")
        #expect(files.files["/assets/chunk-5F3A91BC.js"]?.cacheControl == "public, max-age=31536000, immutable")
        #expect(MediaTypes.contentType(ofPath: "/x.unknown") == "application/octet-stream")
    }

    @Test(arguments: [
        ("/app-5F3A91BC.js", true), ("/app.5f3a91bc.css", true), ("/app.js", false),
        ("/application-settings.js", false),
        ("/a-5F3.js", false), ("/5F3A91BC.js", false),
    ])
    func aHashedNameIsTold(_ path: String, _ isHashed: Bool) {
        #expect(SiteFile.hasHashedName(path) == isHashed)
    }

    @Test func theCompressedFormIsSentToWhoTakesItAndHasATagOfItsOwn() throws {
        let file = try #require(try snapshot().files["/app.js"])
        let plain = StaticSite.response(file, acceptEncoding: nil, ifNoneMatch: nil)
        let gzip = StaticSite.response(file, acceptEncoding: "br, gzip;q=0.8", ifNoneMatch: nil)
        #expect(plain.headers[.contentEncoding] == nil)
        #expect(gzip.headers[.contentEncoding] == "gzip")
        #expect(gzip.headers[.vary] == "Accept-Encoding")
        #expect(plain.headers[.eTag] != gzip.headers[.eTag])
        #expect(gzip.body.contentLength == "compressed".utf8.count)
    }

    @Test(
        arguments: [
            (nil, false), ("", false), ("gzip", true), ("GZIP", true), ("gzip;q=0", false), ("*", true),
            ("deflate, gzip ; q=1.0", true),
            ("x-gzip", false),
        ] as [(String?, Bool)])
    func whatAClientAcceptsIsUnderstood(_ header: String?, _ accepts: Bool) {
        #expect(StaticSite.acceptsGzip(header) == accepts)
    }

    @Test func aTagThatStillHoldsIsAnsweredWithNotModified() throws {
        let file = try #require(try snapshot().files["/app.js"])
        for header in [file.entityTag, "W/" + file.entityTag, "\"x\", " + file.entityTag, "*"] {
            let response = StaticSite.response(file, acceptEncoding: nil, ifNoneMatch: header)
            #expect(response.status == .notModified)
            #expect(response.headers[.eTag] == file.entityTag)
        }
        #expect(StaticSite.response(file, acceptEncoding: nil, ifNoneMatch: "\"x\"").status == .ok)
        #expect(StaticSite.response(file, acceptEncoding: "gzip", ifNoneMatch: file.entityTag).status == .ok)
    }

    @Test func aChangedFileChangesTheTag() throws {
        let before = try snapshot().files["/app.js"]?.entityTag
        try directory.write("app.js", "console.log(2)")
        #expect(try snapshot().files["/app.js"]?.entityTag != before)
    }
}
