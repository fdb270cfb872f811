@testable import KafkaProtocol

/// Messages encoded from the protocol's schemas by another encoder, values chosen at random: bodies without headers.
extension WireVectors {
    static let groups: [WireVectors] = [
        WireVectors(
            OffsetCommitRequest.self, 2,
            request: "0003742d31ffffffff000161ffffffffffffffff0000000100066f726465727300000000",
            response: "000000010002c3a900000002ffffffff00006153b9100010"),
        WireVectors(
            OffsetCommitRequest.self, 3,
            request: "000567726f75708c5ed8ed0002c3a9ffffffffffffffff00000002000000000000000567726f75700000000100"
                + "00005b000000000000005400026263",
            response: "89387bdf000000010002626300000000"),
        WireVectors(
            OffsetCommitRequest.self, 4,
            request: "000567726f75700000005e000161000000000000003800000001000567726f757000000000",
            response: "0000003d00000002000567726f75700000000000016100000001fa7d758affff"),
        WireVectors(
            OffsetCommitRequest.self, 5,
            request: "0002c3a9838e5c4e00000000000100066f726465727300000002ffffffffffffffffffffffff0001610000002e"
                + "00000000000000140002c3a9",
            response: "2030e60e00000001000000000001ffffffff0003"),
        WireVectors(
            OffsetCommitRequest.self, 6,
            request: "000262630000003f0003742d3100000000",
            response: "fed974b60000000200066f726465727300000001a5d8147e000000016100000000"),
        WireVectors(
            OffsetCommitRequest.self, 7,
            request: "00026263ffffffff0000000567726f7570000000020000000000010000003a467d55b84b9575f1ffffffff0000"
                + "0003742d3100000001a89ab053b4f4c8fc2b6c82011cdd73c90002c3a9",
            response: "0000000400000001000567726f75700000000199af7d1cffff"),
        WireVectors(
            OffsetCommitRequest.self, 8,
            request: "076f7264657273ffffffff03c3a902610203626303ffffffff000000000000005413b3c2420000ffffffff0000"
                + "00000000005e615f890e01000000",
            response: "00000033020362630200000020ffff000000"),
        WireVectors(
            OffsetFetchRequest.self, 1,
            request: "000567726f75700000000100026263000000020000002effffffff",
            response: "0000000100066f7264657273000000011feafbfe190e9543cbc366690000ffff"),
        WireVectors(
            OffsetFetchRequest.self, 2,
            request: "0002c3a900000002000000000001444a00f90001610000000104faed7c",
            response: "00000002000161000000010000005e540d38451bbcbf62000262630064000000000001ffffffffffffffffffff"
                + "ffff000567726f757000000003"),
        WireVectors(
            OffsetFetchRequest.self, 3,
            request: "000262630000000200026263000000000003742d3100000002ffffffff92dee201",
            response: "f93d8008000000010002626300000001ac61a1a81310287ee139d83c0000001b0078"),
        WireVectors(
            OffsetFetchRequest.self, 4,
            request: "00066f726465727300000001000567726f757000000000",
            response: "ffffffff0000000100000000000100000004ffffffffffffffffffff00100000"),
        WireVectors(
            OffsetFetchRequest.self, 5,
            request: "0002c3a9000000020003742d3100000002537613d89aafb028000567726f7570000000024e60756b702beb28",
            response: "4a753dd0000000020000000000010000000300000000000000530000003e00026263001b00066f726465727300"
                + "000002ffffffff0000000000000019ffffffff00066f72646572730064ffffffff000000000000003dc29845c2"
                + "ffffffff0010"),
        WireVectors(
            OffsetFetchRequest.self, 6,
            request: "010204742d3103a1701ca681a8c6050000",
            response: "7f35df3e020667726f75700253cd286a000000000000002dffffffff03c3a900780000ffff00"),
        WireVectors(
            OffsetFetchRequest.self, 7,
            request: "03c3a90303c3a902696b4663000667726f757003864e886dce749e58000000",
            response: "f91b6fd5020261020000000097d284f4015ecd9b0000004e026100100000000000"),
        WireVectors(
            OffsetFetchRequest.self, 8,
            request: "03036263020667726f757002e20b06390000026100000100",
            response: "93954ae7020667726f757002076f726465727303010a4ca0861e697f4c2c3c760000005a00ffff009fd91551eb"
                + "9af40a5d42b44100000000076f7264657273001b000000100000"),
        WireVectors(
            FindCoordinatorRequest.self, 0,
            request: "000161",
            response: "001bffffffff000567726f7570ffffffff"),
        WireVectors(
            FindCoordinatorRequest.self, 1,
            request: "0002c3a94d",
            response: "162027070078ffff00000022000000000002"),
        WireVectors(
            FindCoordinatorRequest.self, 2,
            request: "00066f726465727378",
            response: "abc0fe06001b00066f72646572730150294f000567726f7570ffffffff"),
        WireVectors(
            FindCoordinatorRequest.self, 3,
            request: "0667726f7570d600",
            response: "f2d00bfd000000fdf2290a03c3a95fd8704500"),
        WireVectors(
            FindCoordinatorRequest.self, 4,
            request: "56020100",
            response: "16d3d12c0304742d310000000f0100000012000302610003c3a9ffffffff076f7264657273dc1e6499ffff03c3a90000"
        ),
        WireVectors(
            JoinGroupRequest.self, 0,
            request: "0002626300000017000262630003742d3100000000",
            response: "00640af52f690002c3a900000002c3a90000000100016100000000"),
        WireVectors(
            JoinGroupRequest.self, 1,
            request: "0002626300000020000000090003742d3100066f726465727300000000",
            response: "0078ffffffff0003742d310003742d310000000000020002626300000001fc00016100000000"),
        WireVectors(
            JoinGroupRequest.self, 2,
            request: "000567726f757088c1b9070000004e00066f726465727300066f7264657273000000010003742d3100000001ba",
            response: "ffffffff001b82130719000262630001610002c3a90000000100066f726465727300000003072101"),
        WireVectors(
            JoinGroupRequest.self, 3,
            request: "0003742d31609583390000005b00000001610000000100066f7264657273000000030ef911",
            response: "baf5497e0003a6a353d40002c3a90003742d31000262630000000100066f726465727300000000"),
        WireVectors(
            JoinGroupRequest.self, 4,
            request: "00004bb6540200000061000567726f757000016100000001000161000000012f",
            response: "7b8c90c30003d220b55a0002626300000002c3a9000000020002626300000001b60001610000000124"),
        WireVectors(
            JoinGroupRequest.self, 5,
            request: "000567726f7570ffffffffffffffff000262630001610003742d310000000200026263000000031a67550002c3"
                + "a9000000010c",
            response: "00000031001b1a4aa6f700066f7264657273000161000567726f757000000001000567726f757000016100000000"),
        WireVectors(
            JoinGroupRequest.self, 6,
            request: "0362630000001a84853403026103c3a903c3a90203626304f9b1a30000",
            response: "ffffffff00788027504e04742d310667726f757003c3a902076f72646572730004ed63470000"),
        WireVectors(
            JoinGroupRequest.self, 7,
            request: "076f7264657273ffffffff000000250104742d3101030102e500076f7264657273010000",
            response: "e89803dd00643dc254de03626303626301076f726465727302076f72646572730261010000"),
        WireVectors(
            JoinGroupRequest.self, 8,
            request: "02610000001861ff5bc004742d31026103c3a9010000",
            response: "f9677d99001bffffffff0000076f7264657273076f72646572730100"),
        WireVectors(
            JoinGroupRequest.self, 9,
            request: "036263b965bdb000000007076f726465727300010103c3a900",
            response: "0000002a0078051727ea03c3a90104742d310103c3a9020667726f757003626302580000"),
        WireVectors(
            HeartbeatRequest.self, 0,
            request: "000567726f7570dd1e509f0000",
            response: "001b"),
        WireVectors(
            HeartbeatRequest.self, 1,
            request: "00066f7264657273ffffffff000567726f7570",
            response: "ffffffffffff"),
        WireVectors(
            HeartbeatRequest.self, 2,
            request: "000567726f7570ffffffff00066f7264657273",
            response: "ffffffff0078"),
        WireVectors(
            HeartbeatRequest.self, 3,
            request: "0002c3a93b955c290000000567726f7570",
            response: "ffffffff0003"),
        WireVectors(
            HeartbeatRequest.self, 4,
            request: "04742d31ffffffff04742d3103626300",
            response: "00000010000000"),
        WireVectors(
            LeaveGroupRequest.self, 0,
            request: "00066f726465727300066f7264657273",
            response: "ffff"),
        WireVectors(
            LeaveGroupRequest.self, 1,
            request: "000567726f757000066f7264657273",
            response: "1efe4e0c001b"),
        WireVectors(
            LeaveGroupRequest.self, 2,
            request: "000567726f7570000567726f7570",
            response: "000000460010"),
        WireVectors(
            LeaveGroupRequest.self, 3,
            request: "00016100000002000161ffff0003742d31ffff",
            response: "de94b206000000000001000567726f757000000000"),
        WireVectors(
            LeaveGroupRequest.self, 4,
            request: "0667726f757002026104742d310000",
            response: "ad59e55a006402076f726465727300ffff0000"),
        WireVectors(
            LeaveGroupRequest.self, 5,
            request: "04742d31020667726f75700667726f75700362630000",
            response: "cc0edbeb0003020667726f75700000780000"),
        WireVectors(
            SyncGroupRequest.self, 0,
            request: "000567726f75700000001f000567726f7570000000010002626300000000",
            response: "007800000000"),
        WireVectors(
            SyncGroupRequest.self, 1,
            request: "00026263acb58bfa0002c3a90000000100066f72646572730000000399319f",
            response: "ffffffff000300000003c8ab1d"),
        WireVectors(
            SyncGroupRequest.self, 2,
            request: "00066f72646572738329993c0003742d310000000200016100000003a338690002626300000000",
            response: "5dc3310400030000000328f3c6"),
        WireVectors(
            SyncGroupRequest.self, 3,
            request: "0003742d31ffffffff0002c3a900016100000001000262630000000374fc20",
            response: "7513f09d001b0000000397ba16"),
        WireVectors(
            SyncGroupRequest.self, 4,
            request: "04742d31e225baca04742d3100020261010000",
            response: "512fd97d0000025600"),
        WireVectors(
            SyncGroupRequest.self, 5,
            request: "03c3a9e08b33ed0261010667726f7570026102076f72646572730476e2380000",
            response: "ffffffff0010000667726f75700480cc9a00"),
        WireVectors(
            DescribeGroupsRequest.self, 0,
            request: "000000020003742d31000567726f7570",
            response: "0000000100780000000161000567726f757000066f726465727300000000"),
        WireVectors(
            DescribeGroupsRequest.self, 1,
            request: "0000000200066f72646572730000",
            response: "126c50690000000100640000000262630000000000000001000567726f757000016100066f7264657273000000"
                + "0350b81f0000000372dd71"),
        WireVectors(
            DescribeGroupsRequest.self, 2,
            request: "0000000200066f726465727300026263",
            response: "a8fe934600000002001b00000003742d310002c3a90002c3a90000000200066f7264657273000567726f757000"
                + "00000000011f00000000000161000567726f757000066f7264657273000000037b40aa00000003e1d4abffff00"
                + "0262630003742d31000567726f7570000161000000020001610003742d310002c3a90000000000000001110000"
                + "0003742d310002c3a9000000037acdc400000000"),
        WireVectors(
            DescribeGroupsRequest.self, 3,
            request: "00000002000161000567726f757001",
            response: "e2c1ca5d00000001001b00066f7264657273000000000002c3a90000000200000002c3a9000161000000012f00"
                + "000003850b65000567726f75700002c3a90002c3a9000000017b00000000ffffffff"),
        WireVectors(
            DescribeGroupsRequest.self, 4,
            request: "00000002000567726f75700002c3a900",
            response: "ffffffff0000000200030003742d31000000026263000000000002000567726f7570ffff000567726f75700002"
                + "c3a900000003b68a8100000003921e7300000002c3a90003742d310000000000032fadac000000034931e3c9a9"
                + "7ba900100002c3a900016100000003742d3100000000ffffffff"),
        WireVectors(
            DescribeGroupsRequest.self, 5,
            request: "03076f7264657273076f72646572730000",
            response: "1e2cc2c102001004742d3102610667726f75700667726f75700203626304742d31076f7264657273076f726465"
                + "727304b78e720100739ea56f0000"),
        WireVectors(
            ListGroupsRequest.self, 0,
            request: "",
            response: "001000000001000567726f75700002c3a9"),
        WireVectors(
            ListGroupsRequest.self, 1,
            request: "",
            response: "ffffffff0010000000010003742d310000"),
        WireVectors(
            ListGroupsRequest.self, 2,
            request: "",
            response: "1adff1080000000000010002c3a90000"),
        WireVectors(
            ListGroupsRequest.self, 3,
            request: "00",
            response: "000000230010020104742d310000"),
        WireVectors(
            ListGroupsRequest.self, 4,
            request: "03076f72646572730667726f757000",
            response: "00000056ffff0303c3a90667726f757004742d3100076f72646572730261010000"),
        WireVectors(
            ListGroupsRequest.self, 5,
            request: "03026102610304742d3104742d3100",
            response: "0000002e000003026101010362630003c3a9076f72646572730667726f7570076f72646572730000"),
        WireVectors(
            DeleteGroupsRequest.self, 0,
            request: "00000001000161",
            response: "ffffffff0000000100066f7264657273ffff"),
        WireVectors(
            DeleteGroupsRequest.self, 1,
            request: "000000020002c3a900066f7264657273",
            response: "b57ccb8d0000000100066f7264657273ffff"),
        WireVectors(
            DeleteGroupsRequest.self, 2,
            request: "03076f726465727303626300",
            response: "5f1f116d0204742d3100640000"),
        WireVectors(
            OffsetDeleteRequest.self, 0,
            request: "00026263000000010002626300000001f869d1f4",
            response: "00789305a679000000010002c3a900000001ffffffff001b"),
    ]
}
