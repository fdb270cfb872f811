/// The request that shows the settings of topics and brokers; versions 0...4.
struct DescribeConfigsRequest: WireRequest {
    typealias Response = DescribeConfigsResponse
    static let apiKey = APIKey.describeConfigs

    var resources: [Resource] = []
    var includeSynonyms = false
    var includeDocumentation = false

    struct Resource: WireStructure {
        var resourceType: Int8 = 0
        var resourceName = ""
        var configurationKeys: [String]?
    }
}

extension DescribeConfigsRequest {
    init(from reader: inout WireReader, version: Int16) throws(WireError) {
        self.init()
        resources = try reader.array(version: version)
        if version >= 1 {
            includeSynonyms = try reader.bool()
        }
        if version >= 3 {
            includeDocumentation = try reader.bool()
        }
        try reader.endStructure()
    }

    func write(to writer: inout WireWriter, version: Int16) {
        writer.array(resources, version: version)
        if version >= 1 {
            writer.bool(includeSynonyms)
        }
        if version >= 3 {
            writer.bool(includeDocumentation)
        }
        writer.endStructure()
    }
}

extension DescribeConfigsRequest.Resource {
    init(from reader: inout WireReader, version: Int16) throws(WireError) {
        self.init()
        resourceType = try reader.int8()
        resourceName = try reader.string()
        configurationKeys = try reader.nullableStrings()
        try reader.endStructure()
    }

    func write(to writer: inout WireWriter, version: Int16) {
        writer.int8(resourceType)
        writer.string(resourceName)
        writer.nullableStrings(configurationKeys)
        writer.endStructure()
    }
}

/// The answer to ``DescribeConfigsRequest``.
struct DescribeConfigsResponse: WireMessage {
    static let apiKey = APIKey.describeConfigs

    var throttleTimeMilliseconds: Int32 = 0
    var results: [Result] = []

    struct Result: WireStructure {
        var errorCode = ErrorCode.none
        var errorMessage: String?
        var resourceType: Int8 = 0
        var resourceName = ""
        var configs: [Config] = []
    }

    struct Config: WireStructure {
        var name = ""
        var value: String?
        var readOnly = false
        var isDefault = false
        var configSource: Int8 = -1
        var isSensitive = false
        var synonyms: [Synonym] = []
        var configType: Int8 = 0
        var documentation: String?
    }

    struct Synonym: WireStructure {
        var name = ""
        var value: String?
        var source: Int8 = 0
    }
}

extension DescribeConfigsResponse {
    init(from reader: inout WireReader, version: Int16) throws(WireError) {
        self.init()
        throttleTimeMilliseconds = try reader.int32()
        results = try reader.array(version: version)
        try reader.endStructure()
    }

    func write(to writer: inout WireWriter, version: Int16) {
        writer.int32(throttleTimeMilliseconds)
        writer.array(results, version: version)
        writer.endStructure()
    }
}

extension DescribeConfigsResponse.Result {
    init(from reader: inout WireReader, version: Int16) throws(WireError) {
        self.init()
        errorCode = try reader.errorCode()
        errorMessage = try reader.nullableString()
        resourceType = try reader.int8()
        resourceName = try reader.string()
        configs = try reader.array(version: version)
        try reader.endStructure()
    }

    func write(to writer: inout WireWriter, version: Int16) {
        writer.errorCode(errorCode)
        writer.nullableString(errorMessage)
        writer.int8(resourceType)
        writer.string(resourceName)
        writer.array(configs, version: version)
        writer.endStructure()
    }
}

extension DescribeConfigsResponse.Config {
    init(from reader: inout WireReader, version: Int16) throws(WireError) {
        self.init()
        name = try reader.string()
        value = try reader.nullableString()
        readOnly = try reader.bool()
        if version <= 0 {
            isDefault = try reader.bool()
        }
        if version >= 1 {
            configSource = try reader.int8()
        }
        isSensitive = try reader.bool()
        if version >= 1 {
            synonyms = try reader.array(version: version)
        }
        if version >= 3 {
            configType = try reader.int8()
            documentation = try reader.nullableString()
        }
        try reader.endStructure()
    }

    func write(to writer: inout WireWriter, version: Int16) {
        writer.string(name)
        writer.nullableString(value)
        writer.bool(readOnly)
        if version <= 0 {
            writer.bool(isDefault)
        }
        if version >= 1 {
            writer.int8(configSource)
        }
        writer.bool(isSensitive)
        if version >= 1 {
            writer.array(synonyms, version: version)
        }
        if version >= 3 {
            writer.int8(configType)
            writer.nullableString(documentation)
        }
        writer.endStructure()
    }
}

extension DescribeConfigsResponse.Synonym {
    init(from reader: inout WireReader, version: Int16) throws(WireError) {
        self.init()
        name = try reader.string()
        value = try reader.nullableString()
        source = try reader.int8()
        try reader.endStructure()
    }

    func write(to writer: inout WireWriter, version: Int16) {
        writer.string(name)
        writer.nullableString(value)
        writer.int8(source)
        writer.endStructure()
    }
}
