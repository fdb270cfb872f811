@testable import KafkaProtocol

/// Messages encoded from the protocol's schemas by another encoder, values chosen at random: bodies without headers.
extension WireVectors {
    static let admin: [WireVectors] = [
        WireVectors(
            SaslHandshakeRequest.self, 0,
            request: "000567726f7570",
            response: "00000000000200000003742d31"),
        WireVectors(
            SaslHandshakeRequest.self, 1,
            request: "000567726f7570",
            response: "0078000000020002626300026263"),
        WireVectors(
            SaslAuthenticateRequest.self, 0,
            request: "00000003787b2c",
            response: "ffff000567726f757000000003808a7c"),
        WireVectors(
            SaslAuthenticateRequest.self, 1,
            request: "00000003d5597f",
            response: "0003000567726f757000000003237572945e68af73e84ba1"),
        WireVectors(
            SaslAuthenticateRequest.self, 2,
            request: "0444992300",
            response: "ffff076f726465727302233884f9e5007e553c00"),
        WireVectors(
            ApiVersionsRequest.self, 0,
            request: "",
            response: "00640000000226ce002bffffffff9ee40026"),
        WireVectors(
            ApiVersionsRequest.self, 1,
            request: "",
            response: "001b000000010aa4005e1bacc1d72eb7"),
        WireVectors(
            ApiVersionsRequest.self, 2,
            request: "",
            response: "0064000000012153000bffffffffffff"),
        WireVectors(
            ApiVersionsRequest.self, 3,
            request: "0667726f75700667726f757000",
            response: "ffff02ffff66f50005008e40618e00"),
        WireVectors(
            CreateTopicsRequest.self, 0,
            request: "000000010002c3a900000039ffff0000000119414d02000000018697ce74000000010003742d31ffffffffffff",
            response: "00000001000567726f75700000"),
        WireVectors(
            CreateTopicsRequest.self, 1,
            request: "0000000100002b4d0c33ffff00000000000000020002c3a9ffff000567726f7570ffff8787966600",
            response: "00000001000567726f757000030003742d31"),
        WireVectors(
            CreateTopicsRequest.self, 2,
            request: "000000010002c3a9e14f8231ffff00000002e44bbe130000000000000060000000000000000200026263ffff00"
                + "02c3a9000567726f75708cb511eb01",
            response: "e11c77d0000000010002c3a9001bffff"),
        WireVectors(
            CreateTopicsRequest.self, 3,
            request: "000000010003742d3100000012002c0000000000000000d59cf7fc00",
            response: "f69a554a000000020001610003000567726f75700002c3a90003ffff"),
        WireVectors(
            CreateTopicsRequest.self, 4,
            request: "00000002000262630000001a002f00000002ffffffff00000001ffffffffffffffff000000010000003c000000"
                + "01000262630002c3a90002c3a9fd6e28fc003700000002bce283a500000000ffffffff00000001000000620000"
                + "000200066f7264657273ffff0000000567726f75707aee65ce01",
            response: "ffffffff00000002000567726f75700003000000066f72646572730010ffff"),
        WireVectors(
            CreateTopicsRequest.self, 5,
            request: "0204742d3100000056004f03ffffffff010075a5d31903ffffffffffffffff000204742d310100005a0d6a820000",
            response: "00000015030667726f7570001000da8a363400220304742d3104742d310111010004742d3103c3a901ff000000"
                + "0362630064005a582967ffff010000"),
        WireVectors(
            CreateTopicsRequest.self, 6,
            request: "02036263ffffffffffff0240cc0dee02371737f90002036263000000ffffffff0000",
            response: "ffffffff020261ffff01b0d52497ffff000000"),
        WireVectors(
            CreateTopicsRequest.self, 7,
            request: "0204742d31000000190000020000004d0300000001000000000003076f72646572730261000261000000000000"
                + "010000",
            response: "0000000102036263a8b3c1cac284dd386022f1c3116b68f1ffff02610000000100570204742d31036263010000"
                + "000000"),
        WireVectors(
            DeleteTopicsRequest.self, 0,
            request: "0000000200066f726465727300066f726465727344803586",
            response: "0000000200066f726465727300640003742d310000"),
        WireVectors(
            DeleteTopicsRequest.self, 1,
            request: "00000001000567726f7570ffffffff",
            response: "ffffffff0000000100026263001b"),
        WireVectors(
            DeleteTopicsRequest.self, 2,
            request: "000000010003742d3100000042",
            response: "ca6bd95b000000020003742d31ffff0000001b"),
        WireVectors(
            DeleteTopicsRequest.self, 3,
            request: "0000000200066f726465727300026263d3bb787b",
            response: "735831bb000000010003742d310000"),
        WireVectors(
            DeleteTopicsRequest.self, 4,
            request: "030362630667726f7570bfe9b10400",
            response: "ffffffff0303c3a900780003c3a900030000"),
        WireVectors(
            DeleteTopicsRequest.self, 5,
            request: "03076f726465727301d0b027e200",
            response: "b7ccc2070203626300030667726f75700000"),
        WireVectors(
            DeleteTopicsRequest.self, 6,
            request: "020261530d7415850829e56ab35f7508f20ac6000000005e00",
            response: "000000010204742d31d105d2a8835438a296e964bae0e283b9ffff000000"),
        WireVectors(
            CreatePartitionsRequest.self, 0,
            request: "000000010002c3a9ffffffff00000000ffffffff00",
            response: "0000002a0000000100016100640002c3a9"),
        WireVectors(
            CreatePartitionsRequest.self, 1,
            request: "0000000200066f72646572730000002900000000000567726f7570a678c85e0000000100000002ffffffffffff"
                + "ffffffffffff01",
            response: "0000003000000001000567726f7570001b0000"),
        WireVectors(
            CreatePartitionsRequest.self, 2,
            request: "0303c3a9ffffffff00000667726f757000000059030209a8d2bc0003bf744b42df5d7d4d0000000000480000",
            response: "ffffffff020667726f7570ffff04742d310000"),
        WireVectors(
            CreatePartitionsRequest.self, 3,
            request: "0202612570b8700203ffffffff73631ac30000dbadd14c0000",
            response: "85fb976b020362630010010000"),
        WireVectors(
            DescribeConfigsRequest.self, 0,
            request: "000000020a0002c3a900000001000567726f7570ff000567726f757000000002000567726f75700003742d31",
            response: "ffffffff000000010064ffffb5000262630000000100000003742d31010000"),
        WireVectors(
            DescribeConfigsRequest.self, 1,
            request: "00000001c2000567726f7570000000020003742d310002c3a901",
            response: "e9587a6800000001001b0001616200026263000000020000000567726f757000eb010000000200066f72646572"
                + "73fffffb000567726f75700003742d31190003742d3100066f726465727301880100000001000567726f757000"
                + "0161ff"),
        WireVectors(
            DescribeConfigsRequest.self, 2,
            request: "00000002ff0000000000010000fc00026263ffffffff00",
            response: "9c92bc0300000001001000026263ff000567726f757000000000"),
        WireVectors(
            DescribeConfigsRequest.self, 3,
            request: "000000028800066f7264657273ffffffffff0000000000010002c3a90000",
            response: "e91463fc000000020010000567726f75700f00066f7264657273000000000000000567726f75704d000567726f"
                + "75700000000100026263000000ff00000000010002c3a90003742d31ff3b0000"),
        WireVectors(
            DescribeConfigsRequest.self, 4,
            request: "02a10667726f7570030667726f757003c3a900010000",
            response: "9600d0f2030064076f726465727355076f72646572730201076f726465727300840101ff03c3a90000001b01ff"
                + "03c3a902076f72646572730100ff010204742d3103c3a9ff00ff0667726f7570000000"),
        WireVectors(
            AlterConfigsRequest.self, 0,
            request: "00000002ff0002c3a90000000200000003742d310003742d3100000c0002c3a90000000200066f726465727300"
                + "066f7264657273000567726f7570000001",
            response: "ffffffff00000001001bffffcc0003742d31"),
        WireVectors(
            AlterConfigsRequest.self, 1,
            request: "00000001ff000567726f757000000001000262630002c3a900",
            response: "875bd900000000010000000567726f7570850002c3a9"),
        WireVectors(
            AlterConfigsRequest.self, 2,
            request: "022c076f7264657273020667726f75700667726f757000000000",
            response: "4ed6e25302000300ff02610000"),
        WireVectors(
            IncrementalAlterConfigsRequest.self, 0,
            request: "000000018c00016100000002000567726f757055ffff000567726f757024000567726f757001",
            response: "ffffffff00000001001b000050000161"),
        WireVectors(
            IncrementalAlterConfigsRequest.self, 1,
            request: "03f60667726f757002036263b7000000ff03c3a90202617f0000000000",
            response: "677e1c1702006400c302610000"),
        WireVectors(
            DescribeClusterRequest.self, 0,
            request: "0100",
            response: "173c411b0078076f726465727303c3a90000000e0265b7d41f0667726f7570215b8e8704742d3100f0a2f22300"),
        WireVectors(
            DescribeClusterRequest.self, 1,
            request: "00bf00",
            response: "bbdee0f90010010d03c3a98a0ea30a01ffffffff00"),
        WireVectors(
            DescribeLogDirsRequest.self, 1,
            request: "000000010003742d3100000000",
            response: "ffffffff00000001000300066f72646572730000000100026263000000010000003b2fa7d243811581a9ffffff"
                + "ffffffffff01"),
        WireVectors(
            DescribeLogDirsRequest.self, 2,
            request: "0204742d31039de884ae0000004f0000",
            response: "20f2dfda0200000667726f75700203626301000000"),
        WireVectors(
            DescribeLogDirsRequest.self, 3,
            request: "02076f7264657273010000",
            response: "00000037000002001b0667726f7570020667726f757002ffffffff47ee617c7c387b21ffffffffffffffff0000000000"
        ),
        WireVectors(
            DescribeLogDirsRequest.self, 4,
            request: "0302610285c9868e000667726f7570010000",
            response: "ffffffff000302ffff0362630204742d31020000003c39eb54b1ab13a039ffffffffffffffff0000001d3ddad0"
                + "2387a68a2f5aea4eb667fdd30000"),
        WireVectors(
            DescribeACLsRequest.self, 0,
            request: "ff0002c3a900066f7264657273ffff2a4c",
            response: "9219c17a0010ffff00000002ff000567726f757000000001000161000567726f7570ff145f000567726f757000"
                + "00000100066f72646572730002c3a9a3a4"),
        WireVectors(
            DescribeACLsRequest.self, 1,
            request: "6c0002626317ffff000567726f7570c6ff",
            response: "000000340010ffff000000022e000567726f7570210000000100026263000567726f75700d0d160002c3a9ff00"
                + "00000100066f7264657273000161e441"),
        WireVectors(
            DescribeACLsRequest.self, 2,
            request: "6d036263ff03626304742d31fff600",
            response: "46375a62001003c3a9022103c3a9110303c3a903c3a9422300076f7264657273036263ff4c000000"),
        WireVectors(
            DescribeACLsRequest.self, 3,
            request: "ff012e076f726465727301f7ff00",
            response: "de947ac90064026102480667726f75707f0203c3a904742d31ff90000000"),
    ]
}
