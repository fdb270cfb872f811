import HummingbirdTesting
import Testing

@testable import OrdersAPI

@Suite struct DashboardRouteTests {
    @Test func theDashboardIsServedWithItsRoutesAndRevalidates() async throws {
        let site = try TemporaryDirectory()
        try site.write("index.html", "<!doctype html><title>Orders</title>")
        try site.write("app.js", "1")
        try await APIFixture { $0.dashboardDirectory = site.path }.test { client in
            for path in ["/", "/index.html", "/inde%78.html"] {
                let page = try await client.get(path)
                #expect(page.status == .ok)
                #expect(page.headers[.contentType] == "text/html; charset=utf-8")
                #expect(page.headers[.cacheControl] == "no-cache")
            }
            let script = try await client.get("/app.js")
            let tag = try #require(script.headers[.eTag])
            let again = try await client.get("/app.js", headers: [.ifNoneMatch: tag])
            #expect(again.status == .notModified)
            #expect(again.body.readableBytes == 0)
            let head = try await client.executeRequest(uri: "/app.js", method: .head, headers: [:], body: nil)
            #expect(head.headers[.contentLength] == "1")
        }
    }

    @Test(arguments: ["/some/page", "/api.html", "/missing.js", "/%3Cscript%3E"])
    func aPathThatIsNotThereIsAPageThatSaysSo(_ path: String) async throws {
        let site = try TemporaryDirectory()
        try site.write("index.html", "page")
        try await APIFixture { $0.dashboardDirectory = site.path }.test { client in
            let response = try await client.get(path)
            #expect(response.status == .notFound)
            #expect(response.headers[.contentType] == "text/html; charset=utf-8")
            #expect(response.text.contains("There is nothing at /") && !response.text.contains("<script>"))
            for method in ["POST", "DELETE", "OPTIONS"] {
                let other = try await client.executeRequest(uri: path, method: .init(method)!, headers: [:], body: nil)
                #expect(other.status == .notFound)
            }
        }
    }

    @Test(arguments: [
        "/../../etc/passwd", "/%2e%2e/%2e%2e/etc/passwd", "/..%2f..%2fetc%2fpasswd", "/missing.js", "/%00.js", "/a%ff",
    ])
    func noPathLeadsOutOfTheDirectory(_ path: String) async throws {
        let site = try TemporaryDirectory()
        try site.write("index.html", "page")
        try await APIFixture { $0.dashboardDirectory = site.path }.test { client in
            let response = try await client.get(path)
            #expect(response.text == "page" || response.status.code >= 400)
            #expect(!response.text.contains("root:"))
        }
    }

    @Test func withoutADashboardAPageSaysHowToBuildIt() async throws {
        let site = try TemporaryDirectory()
        try await APIFixture { $0.dashboardDirectory = site.path + "/dist" }.test { client in
            let response = try await client.get("/")
            #expect(response.status == .notFound)
            #expect(response.headers[.contentType] == "text/html; charset=utf-8")
            #expect(response.text.contains("make web"))
            #expect(response.text.contains("/dist"))
            #expect(try await client.get("/healthz").status == .ok)
        }
    }
}
