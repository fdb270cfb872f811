/// The request that lists access rules.
package struct DescribeACLsRequest: KafkaRequest {
    package static let api = API("DescribeAcls", key: 29, versions: 0...3, flexibleFrom: 2)
    package typealias Response = DescribeACLsResponse

    package var resourceTypeFilter: Int8 = 0
    package var resourceNameFilter: String?
    package var patternTypeFilter: Int8 = 3
    package var principalFilter: String?
    package var hostFilter: String?
    package var operation: Int8 = 0
    package var permissionType: Int8 = 0

    package static var defaults: Self { Self() }
    package mutating func walk<Wire: FieldWalker>(_ wire: inout Wire) throws(Wire.Failure) {
        try wire.fields(&resourceTypeFilter, &resourceNameFilter)
        try wire.field(&patternTypeFilter, since: 1)
        try wire.fields(&principalFilter, &hostFilter, &operation, &permissionType)
    }
}

package struct DescribeACLsResponse: KafkaMessage {
    package static var api: API { DescribeACLsRequest.api }

    package var throttleTimeMilliseconds: Int32 = 0
    package var errorCode = ErrorCode.none
    package var errorMessage: String?
    package var resources: [Resource] = []

    package static var defaults: Self { Self() }
    package mutating func walk<Wire: FieldWalker>(_ wire: inout Wire) throws(Wire.Failure) {
        try wire.fields(&throttleTimeMilliseconds, &errorCode, &errorMessage, &resources)
    }

    package struct Resource: WireStructure {
        package var resourceType: Int8 = 0
        package var resourceName = ""
        package var patternType: Int8 = 3
        package var acls: [ACL] = []

        package static var defaults: Self { Self() }
        package mutating func walk<Wire: FieldWalker>(_ wire: inout Wire) throws(Wire.Failure) {
            try wire.fields(&resourceType, &resourceName)
            try wire.field(&patternType, since: 1)
            try wire.field(&acls)
        }
    }

    package struct ACL: WireStructure {
        package var principal = ""
        package var host = ""
        package var operation: Int8 = 0
        package var permissionType: Int8 = 0

        package static var defaults: Self { Self() }
        package mutating func walk<Wire: FieldWalker>(_ wire: inout Wire) throws(Wire.Failure) {
            try wire.fields(&principal, &host, &operation, &permissionType)
        }
    }
}
