/// The request that lists consumer groups.
package struct ListGroupsRequest: KafkaRequest {
    package static let api = API("ListGroups", key: 16, versions: 0...5, flexibleFrom: 3)
    package typealias Response = ListGroupsResponse

    package var statesFilter: [String] = []
    package var typesFilter: [String] = []

    package static var defaults: Self { Self() }
    package mutating func walk<Wire: FieldWalker>(_ wire: inout Wire) throws(Wire.Failure) {
        try wire.field(&statesFilter, since: 4)
        try wire.field(&typesFilter, since: 5)
    }
}

package struct ListGroupsResponse: KafkaMessage {
    package static var api: API { ListGroupsRequest.api }

    package var throttleTimeMilliseconds: Int32 = 0
    package var errorCode = ErrorCode.none
    package var groups: [Group] = []

    package static var defaults: Self { Self() }
    package mutating func walk<Wire: FieldWalker>(_ wire: inout Wire) throws(Wire.Failure) {
        try wire.field(&throttleTimeMilliseconds, since: 1)
        try wire.fields(&errorCode, &groups)
    }

    package struct Group: WireStructure {
        package var groupID = ""
        package var protocolType = ""
        package var groupState = ""
        package var groupType = ""

        package static var defaults: Self { Self() }
        package mutating func walk<Wire: FieldWalker>(_ wire: inout Wire) throws(Wire.Failure) {
            try wire.fields(&groupID, &protocolType)
            try wire.field(&groupState, since: 4)
            try wire.field(&groupType, since: 5)
        }
    }
}
