/// The request that deletes consumer groups.
package struct DeleteGroupsRequest: KafkaRequest {
    package static let api = API("DeleteGroups", key: 42, versions: 0...2, flexibleFrom: 2)
    package typealias Response = DeleteGroupsResponse

    package var groupsNames: [String] = []

    package static var defaults: Self { Self() }
    package mutating func walk<Wire: FieldWalker>(_ wire: inout Wire) throws(Wire.Failure) {
        try wire.field(&groupsNames)
    }
}

package typealias DeleteGroupsResponse = ResultsResponse<DeleteGroupsRequest, DeleteGroupsResult>

/// What became of one group.
package struct DeleteGroupsResult: WireStructure {
    package var groupID = ""
    package var errorCode = ErrorCode.none

    package static var defaults: Self { Self() }
    package mutating func walk<Wire: FieldWalker>(_ wire: inout Wire) throws(Wire.Failure) {
        try wire.fields(&groupID, &errorCode)
    }
}
