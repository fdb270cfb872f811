import ArgumentParser

/// Whether the check beside the flow runs in the API's process.
struct ReconcilerOptions: ParsableArguments {
    @Flag(
        name: .customLong("no-reconciler"),
        help: "Do not check orders and sums while they flow. Environment: RECONCILER=off.")
    var isSwitchedOff = false

    func isOn(environment: [String: String]) throws -> Bool {
        if isSwitchedOff { return false }
        return try Setting.parse("RECONCILER", in: environment, { ["on": true, "off": false][$0] }, "on or off") ?? true
    }
}
