import ServiceLifecycle

/// Looks every second whether keys or certificates are others by now, and keeps the token keys fresh.
struct AccessUpkeep: Service {
    let access: AccessControl
    let certificate: ServerCertificate?
    var interval: Duration = .seconds(1)

    func run() async throws {
        await cancelWhenGracefulShutdown {
            while !Task.isCancelled {
                await access.keys?.refresh()
                await access.tokens?.refreshIfOld()
                await certificate?.refresh()
                // Cancellation ends the wait, and the loop.
                try? await Task.sleep(for: interval)
            }
        }
    }
}
