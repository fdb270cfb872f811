import Foundation
import Testing

@testable import StreamProcessing

@Suite struct InstanceDirectoryTests {
    private let parent = NSTemporaryDirectory() + "instances-\(UUID().uuidString)"

    @Test func instancesTakeTheFirstFreeSlotAndKeepTheirIdentity() throws {
        defer { try? FileManager.default.removeItem(atPath: parent) }
        var first: InstanceDirectory? = try InstanceDirectory(claimingIn: parent)
        let second = try InstanceDirectory(claimingIn: parent)
        #expect(first?.slot == 0)
        #expect(second.slot == 1)
        #expect(first?.identity != second.identity)
        let identity = first?.identity
        first = nil
        let again = try InstanceDirectory(claimingIn: parent)
        #expect(again.slot == 0)
        #expect(again.identity == identity)
    }

    @Test func whenAllSlotsAreTakenTheErrorNamesTheDirectory() throws {
        defer { try? FileManager.default.removeItem(atPath: parent) }
        let one = try InstanceDirectory(claimingIn: parent, slots: 1)
        #expect { try InstanceDirectory(claimingIn: parent, slots: 1) } throws: { "\($0)".contains(parent) }
        withExtendedLifetime(one) {}
    }
}
