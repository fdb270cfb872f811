@testable import KafkaProtocol

/// Messages encoded from the protocol's schemas by another encoder, values chosen at random: bodies without headers.
extension WireVectors {
    static let log: [WireVectors] = [
        WireVectors(
            ProduceRequest.self, 3,
            request: "0000003effffffff000000010002c3a900000001b454afe40000000364537f",
            response: "0000000100066f72646572730000000046e67558"),
        WireVectors(
            ProduceRequest.self, 4,
            request: "000161fffff3b1e6a0000000020002626300000001a92f70b50000000356df3d0002c3a900000001cff05cb400"
                + "000001ce",
            response: "0000000100066f72646572730000000100000001006400000000000000080000000000000031ffffffff"),
        WireVectors(
            ProduceRequest.self, 5,
            request: "ffff005e00000046000000010003742d3100000001ffffffff0000000130",
            response: "00000002000567726f757000000001695414ef000080789dab206e1bb59be5d9b05086057effffffffffffffff"
                + "0001610000000245a58916001bffffffffffffffffe80a2a765edf2531482984988752412bffffffff0000b28a"
                + "dff0c0b38c180000000000000013000000000000000cffffffff"),
        WireVectors(
            ProduceRequest.self, 6,
            request: "000262630004b62d8cd200000001000567726f7570000000017d4a2f90ffffffff",
            response: "0000000100026263000000010000003900038efdbad94bddc336bb74c6754b0fa5d7ffffffffffffffffffffffff"),
        WireVectors(
            ProduceRequest.self, 7,
            request: "000567726f7570ffffffffffff00000000",
            response: "00000001000161000000021ec82ca6001b000000000000005c0000000000000051ffffffffffffffff2c404c19"
                + "ffff000000000000000dffffffffffffffffd9eb16e2466d67d6bc7c04ad"),
        WireVectors(
            ProduceRequest.self, 8,
            request: "00008018f5fbd25d00000002000000000001ffffffff0000000119000567726f757000000000",
            response: "0000000100066f726465727300000001ffffffffffffffffffffffffffff8634c8e1d3d1bc62891875de7c06af"
                + "6d000000020000000a00066f7264657273ffffffff00016100066f726465727300000043"),
        WireVectors(
            ProduceRequest.self, 9,
            request: "0261b188000000340201010000",
            response: "0204742d3102ffffffff000315354609ad8292b720fc46ff91a5641d3dde1975f3aa5bca010000005e22d3af00"),
        WireVectors(
            ProduceRequest.self, 10,
            request: "036162ffff000013930304742d3103000000033c0102030405060708090a0b0c0d0e0f101112131415161718"
                + "191a1b1c1d1e1f202122232425262728292a2b2c2d2e2f303132333435363738393a3b007fffffff00000001"
                + "010000",
            response: "0204742d3103000000070000000001000000000a0000019b7ca98c8e00000000000000090100000000000800"
                + "57ffffffffffffffffffffffffffffffffffffffffffffffff030000000203c3a900000000030000036e6f00"
                + "000000000a00"),
        WireVectors(
            ProduceRequest.self, 11,
            request: "000001000013940304742d3103000000033c0102030405060708090a0b0c0d0e0f101112131415161718191a"
                + "1b1c1d1e1f202122232425262728292a2b2c2d2e2f303132333435363738393a3b007fffffff000000010100"
                + "00",
            response: "0204742d3103000000070000000001000000000b0000019b7ca98c8e00000000000000090100000000000800"
                + "57ffffffffffffffffffffffffffffffffffffffffffffffff030000000203c3a900000000030000036e6f00"
                + "000000000b00"),
        WireVectors(
            ProduceRequest.self, 12,
            request: "076f7264657273ffff000013950304742d3103000000033c0102030405060708090a0b0c0d0e0f1011121314"
                + "15161718191a1b1c1d1e1f202122232425262728292a2b2c2d2e2f303132333435363738393a3b007fffffff"
                + "00000001010000",
            response: "0204742d3103000000070000000001000000000c0000019b7ca98c8e00000000000000090100000000000800"
                + "57ffffffffffffffffffffffffffffffffffffffffffffffff030000000203c3a900000000030000036e6f00"
                + "000000000c00"),
        WireVectors(
            FetchRequest.self, 4,
            request: "0000002a0000003e5c36fd4cffffffffff00000000",
            response: "0b2f8b01000000020001610000000146d6a509ffffffffffffffffffff4f0579a26dc7a6130000000239818e84"
                + "d71591590000000000000044ffffffffffffffffffffffffffffffff000000000003742d31000000011d30bd30"
                + "00004f5a8fe457d4a96c1f73de2d32c116a600000001fb1b799602f4491dffffffffffffffff00000000"),
        WireVectors(
            FetchRequest.self, 5,
            request: "0c9d136641fcb96395c82a871efd8bedff00000000",
            response: "62020e6700000001000000000001dd4fe8d70000f1f38108cff3c12d58db8c8e8d6adc729ffd8ca5b8c9df9100"
                + "000000ffffffff"),
        WireVectors(
            FetchRequest.self, 6,
            request: "ffffffffde4d695fb4dc80cd0000005cff00000002000567726f757000000002a7ac92d99ceba35dd14b03b6ed"
                + "c2b462306a6105ffffffff0000000c000000000000004b313f9493b149733661dab4b7000000000001ffffffff"
                + "0000000000000030164d705c4e7590587d0c7896",
            response: "66030d0f0000000100066f72646572730000000250fd5c010010b05ceb770b355ceb6a9866df421bac89074242"
                + "64f5163428ffffffff000000014638a544dd001bfb3eb341299378d38a0016e054d333b7000000000000000a00"
                + "000001f8ad03c1a90bf4e200000000000000080000000183"),
        WireVectors(
            FetchRequest.self, 7,
            request: "1c299660ffffffffc367039900000039436db85b2f00000018000000000000000100000000000100000016",
            response: "00000007ffffffffffff0000000200066f7264657273000000000002c3a9000000029881602600640000000000"
                + "00004b578793d17b91dd9d0000000000000011ffffffffffffffff000000520010ffffffffffffffff00000000"
                + "00000032000000000000002800000002e49170dda55c59e9ffffffffffffffff000000000000005dffffffffff"
                + "ffffffffffffff"),
        WireVectors(
            FetchRequest.self, 8,
            request: "ffffffffffffffffffffffff13dcae94ff0000004fffffffff0000000100066f72646572730000000200000038"
                + "37844d820a34c60b68f962c41d1f575c00000020cf9412cd0000000000000038ffffffffffffffff3699808800"
                + "00000200066f72646572730000000148196e5b0003742d3100000002ffffffffffffffff",
            response: "7c01bc6f0064a9e865d1000000020002c3a9000000010000004fffff000000000000005a12d53131aef2b0e8f9"
                + "7eaf377f6261fdffffffffffffffff0002c3a900000001d1d33a5fffff000000000000004aaa1ffd81da6dce94"
                + "4ebd1c8abda2e728ffffffff00000003a2cf0f"),
        WireVectors(
            FetchRequest.self, 9,
            request: "b9b2c4f27dd729f97431bc9affffffffffffffffff00000051000000020002c3a90000000000066f7264657273"
                + "000000010000006374e536520b57cb2597b6046c0000000000000059ffffffff00000001000000000001ffffff"
                + "ff",
            response: "388e4ab20000227e2c780000000100026263000000010000000f0003d02c740e5248d819000000000000001b3c"
                + "abe26bd3512f3b000000010e75b73e69afb030ffffffffffffffff00000000"),
        WireVectors(
            FetchRequest.self, 10,
            request: "ffffffffbbcfcd594d3176a766b67171d035dd3fab82d87e4300000001000567726f7570000000010000002f01"
                + "9a9f030000000000000008c61ddca01f5d79ed0000003a00000001000000000002e59dce26ffffffff",
            response: "61b92d51001b000000220000000100016100000001ffffffff001000000000000000616bf44711a2987f17d78c"
                + "c1658287bd02000000028b5234bdfd2094695caaf697a9e16d90101882bc70691c1f216e98a8c54adbf1ffffff"
                + "ff"),
        WireVectors(
            FetchRequest.self, 11,
            request: "e4b285490000004fffffffff509f22f3adffffffffffffffff0000000100026263000000012600303a6d44467e"
                + "8d2e8192dd72541000000000000000218414538f00000001000567726f7570000000012aec4608000161",
            response: "ffffffff00100000004600000001000161000000017d11093500030000000000000016a5719c26e54d19bfe911"
                + "523a019bd615000000020000000000000033b4ad799d282c57b9857b9ef441cca910ffffffffffffffff000000"
                + "3500000003d276dc"),
        WireVectors(
            FetchRequest.self, 12,
            request: "d1f690e2ffffffffefc0e41bac2fceb8550000004f00000055020362630200000046f1828a6e6f297da811e8a9"
                + "d58b1b3c47837885331bbfc09b707e03cd0000020667726f757001000667726f757000",
            response: "0000003a00781d8b325202036263020e118098ffff54f8efe58f25daccffffffffffffffff23a72fd0df8ba924"
                + "000d42fffe01000000"),
        WireVectors(
            FetchRequest.self, 13,
            request: "6e907933ffffffff0000000000000001ff00000000bdb7b80302d4405a7d119f4e1fd6f2421028d39dda020000"
                + "003500000047000000000000001700000001ffffffffffffffff00000000000003de0a439fa9af67ed8223b971"
                + "b93654cc020000002a001dbf572c680a7f361386556a1fa2ab9002000000500004742d3100",
            response: "0000000100000000005102057a7bbbff452a51c300f7f188fafe5d03000000010000ffffffffffffffff000000"
                + "0000000000ffffffffffffffff02000000000000003f0000000000000012000000004f05f316228b0000000012"
                + "001b00000000000000290000000000000000000000000000005d00ffffffff0210000000"),
        WireVectors(
            FetchRequest.self, 14,
            request: "ffffffff9abec23bffffffff000000002b00000060ffffffff02686af0671a7f6d96b7e8a7c021df3bfe020000"
                + "00000000000100000000000000010000002d0000000000000055ebc3561b000002cb439f40e7933d71478e418b"
                + "403fc6360246b2e9a60003c3a900",
            response: "00000060006467f8f0df03197ded60513a7e6edaae57d5619d870403000000010000ffffffffffffffff56b697"
                + "a30d15b18da8c86d19e761b24e020000000000000001ffffffffffffffff00f9ecddab03774f0000000000001b"
                + "00000000000000220000000000000000ffffffffffffffff000000000001000031e706f366399490cf8583e07e"
                + "b2f96a022ec43962ffff00000000000000300000000000000001fa1023477fb3cd5302ffffffffffffffff0000"
                + "000000000000000000000100000000"),
        WireVectors(
            FetchRequest.self, 15,
            request: "000000000000001c00000002ffe820827effffffff02cc3c76708683a4bb690ed668d32b9f2602000000000000"
                + "0000ffffffffffffffff00000001930c26f79464cd080000003a00000232471bc9e52c7c93de9c4917c468329a"
                + "020000000100026100",
            response: "00000000000300000001027b3cf8925df3233702ff69dae4db7b9203cfa71c2300000000000000000000ffffff"
                + "ffffffffff00000000000000000300000000000000414c165b14fe6ec3c80099463cedeeb32b3bc022cfea74c4"
                + "1326000000000100000000000effffffffffffffffffff0000000000000010ffffffffffffffff00ffffffff06"
                + "1ac3b0cc8e000000"),
        WireVectors(
            FetchRequest.self, 16,
            request: "2dc8ffd400000000ffffffffffffffffff0000003d038358fae1b96a5a34a613cd8756d5270e020000000d0000"
                + "000000000000000000007d8abfbf30919740feb0d93e00000000000030c4d16a0d67baa1c4e96a50c406aa0502"
                + "0000000022198e52000000000000000100000001000000000000003200000015000002508f196b7fb9916084bf"
                + "6797e7df122103387e492fe533131500026100",
            response: "00000000001b0000004a023052f93b520babfacf07a9e6e76502fe02000000010064000000000000000106e859"
                + "ae1b49da6c0000000000000000020000000000000000000000000000004f000000000001000000"),
        WireVectors(
            FetchRequest.self, 17,
            request: "a2bc96f4ffffffff0000006401000000010000000002c32c19c6336749e69ec600609b590ef802ffffffffffff"
                + "ffff2c520d6c7310c917178c7965000000000000000100000000000002682add0b213bd5f75ff8fb557ac660e6"
                + "0300000001000000010003c3a900",
            response: "00000013001b0000000102fe30f6e99aeb03bfcc47c886971a7a6c02ffffffffffff0000000000000000000000"
                + "0000000001000000000000002702ffffffffffffffff000000000000002900ffffffff00000000"),
        WireVectors(
            ListOffsetsRequest.self, 1,
            request: "82afd0c70000000100066f726465727300000001ffffffffffffffffffffffff",
            response: "000000010002c3a9000000024d70c62e007865d18cd24ae578e60000000000000003d13a7d850064b538687db5"
                + "b7855e0000000000000055"),
        WireVectors(
            ListOffsetsRequest.self, 2,
            request: "ffffffff4f00000001000000000001d5f84b56a81cb7b0f4aa6021",
            response: "ffffffff000000010002626300000001a885cc86ffffffffffffffffffffe0d872205a1a7da3"),
        WireVectors(
            ListOffsetsRequest.self, 3,
            request: "c27b1242ff0000000100066f72646572730000000254efa16816a790832a21d9aeffffffff0000000000000054",
            response: "ffffffff00000002000000000001fe84981f0010000000000000005aa842caf4921676840003742d3100000001"
                + "ffffffff0003fffffffffffffffff8279ec682fc904f"),
        WireVectors(
            ListOffsetsRequest.self, 4,
            request: "7bc32ab1c20000000200066f7264657273000000019333c9f5a15487a68b9ae20038ef6d2c000000000000",
            response: "ffffffff0000000200066f726465727300000001ffffffffffffffffffffffffffffd27615e3296a937b1ff161"
                + "c80003742d3100000001aca7b14f0078c71a39934955f2b4ffffffffffffffffe6e8d0f5"),
        WireVectors(
            ListOffsetsRequest.self, 5,
            request: "4efd425bff00000001000567726f757000000001ffffffff14bb0db2ffffffffffffffff",
            response: "701dc449000000010002c3a90000000200000027001bffffffffffffffff0000000000000028ffffffff000000"
                + "49ffff7cb7a5c4509c882e852ffa85934036a5fbc8278b"),
        WireVectors(
            ListOffsetsRequest.self, 6,
            request: "b51d5a65ff02010300000060ffffffffffffffffffffffff00ffffffffffffffff0a41e92e898b1b29000000",
            response: "b1db994c03026102ffffffff0010ffffffffffffffff26d12654f3d772b664efed2b00000667726f757002d8f2"
                + "7c090078ffffffffffffffff07b4f1c67efc2a5a00000015000000"),
        WireVectors(
            ListOffsetsRequest.self, 7,
            request: "ffffffff390204742d31010000",
            response: "ffffffff0203c3a9035000d1f10064000000000000002effffffffffffffffffffffff007d20a4a300036f4d15"
                + "abef12488dffffffffffffffff13fe60a0000000"),
        WireVectors(
            MetadataRequest.self, 0,
            request: "00000002000161000567726f7570",
            response: "00000002f4daea3400026263c833d2eb0000000b0002c3a9efb0a1390000000100100001610000000100640000"
                + "0017483684230000000000000001ffffffff"),
        WireVectors(
            MetadataRequest.self, 1,
            request: "000000020003742d310003742d31",
            response: "00000002608a14ca00066f7264657273fcf5e316000161d8e6ee6500066f72646572731437a9ea0003742d31ff"
                + "ffffff00000001ffff00026263000000000100006397246fbba3109c00000002ffffffffffffffff0000000100"
                + "00001b"),
        WireVectors(
            MetadataRequest.self, 2,
            request: "00000002000262630003742d31",
            response: "00000001e4e814e5000567726f7570ffffffff0002c3a90003742d318aab412f0000000100640002c3a9000000"
                + "00010064c10ead595a0c26ab000000022b347c368449616a00000002ffffffff52eb3143"),
        WireVectors(
            MetadataRequest.self, 3,
            request: "0000000200066f72646572730003742d31",
            response: "0000001d00000001d127add40003742d3100000027ffff00016146a17cdd0000000100030003742d3101000000"
                + "01006480cae9090000004c00000000000000010920dc55"),
        WireVectors(
            MetadataRequest.self, 4,
            request: "000000020003742d3100016100",
            response: "04592ad100000001ffffffff0003742d31ffffffff00026263000262630000002500000002007800066f726465"
                + "7273000000000100000bfe93b60000001900000001fc15f3720000000273e5b2a1b9a6327f001b000262630100"
                + "000000"),
        WireVectors(
            MetadataRequest.self, 5,
            request: "00000002000262630003742d3101",
            response: "ffffffff00000001000000260002c3a97b7dd1020003742d31ffff0000004e00000001001000066f7264657273"
                + "0000000001007800000018223e4cc900000001d49b6a8900000001b446243700000000"),
        WireVectors(
            MetadataRequest.self, 6,
            request: "0000000100066f726465727301",
            response: "bbb003c200000000000161ddb3eb94000000010003000567726f757001000000010003ffffffff91c1ec100000"
                + "00000000000000000002f596a7911fc45862"),
        WireVectors(
            MetadataRequest.self, 7,
            request: "000000020002c3a90002c3a900",
            response: "03d9e7a500000000000262630039b0730000000200030002c3a900000000000064000262630000000001006446"
                + "a15223ffffffffdaf8017d000000000000000000000000"),
        WireVectors(
            MetadataRequest.self, 8,
            request: "0000000100066f7264657273010001",
            response: "443c0d8f00000000ffff0000005600000001001b000567726f757000000000004599d2b4ffffffff"),
        WireVectors(
            MetadataRequest.self, 9,
            request: "03076f72646572730004742d310001000100",
            response: "ffffffff0104742d31bf7234f203001b0667726f75700102000346aa298263dc8f81ffffffff03ffffffffffff"
                + "ffff03c6e1b864ffffffff01006bcde61b00001004742d31000200000000003d0000005c000000030103b75410"
                + "bdffffffff02233d3201001e63377e00446848c800"),
        WireVectors(
            MetadataRequest.self, 10,
            request: "0262fa14ff0c513191055a1bd7ace1136c000000000000",
            response: "ffffffff020000002f03c3a90000000103626300000000006002006404742d31387917508fe7b86c41897384df"
                + "87838d0103ffff00000001861d0033a8e5a76b0300000032ffffffff02ffffffff020000000100ffff00000001"
                + "a1a3b524144438f902ffffffff02ffffffff030000005e00000001000000000000ffffffff00"),
        WireVectors(
            MetadataRequest.self, 11,
            request: "02ec188781b1d856e942d24cbe5a2ee3350667726f757000000000",
            response: "0000000002000000010667726f7570ffffffff0667726f757000076f7264657273e6b343730200030362631cd4"
                + "52a4a65f81b009d9e82f5296ff4e0002ffff1af880ce87411edb00000022020000000102ffffffff0200000029"
                + "00ffffffff0000"),
        WireVectors(
            MetadataRequest.self, 12,
            request: "03a2cdbadb466ea6287636451d80c44ced03c3a900245a71f5d3df7a3ba6212c943307479303c3a900000100",
            response: "0000000002ffffffff076f7264657273000000050362630000ffffffff02006400c23bfe6f7bd8d696b3dbe795"
                + "0675dae1000200640000000100000000ffffffff02ffffffff02ffffffff02ffffffff000000004a0000"),
        WireVectors(
            OffsetForLeaderEpochRequest.self, 2,
            request: "0000000100066f726465727300000002056a81ecffffffff0000000a0000002effffffffffffffff",
            response: "dff6bc3e000000010003742d310000000100100000002b0000005cffffffffffffffff"),
        WireVectors(
            OffsetForLeaderEpochRequest.self, 3,
            request: "f83aadd3000000010002c3a900000001f03319990000003100000060",
            response: "ffffffff000000010002626300000002000047bd51e78a03a19dffffffffffffffff0078c8a853d6ffffffffff"
                + "ffffffffffffff"),
        WireVectors(
            OffsetForLeaderEpochRequest.self, 4,
            request: "00000047030261030000004e00000028583f5f750033bcc9230000003dfa091c8e00000667726f757002d9ffc4"
                + "d70000004f6df130bd000000",
            response: "dd2da85c020102ffff5ac3e7b58190f5004ee2aadebe808e3c000000"),
        WireVectors(
            DeleteRecordsRequest.self, 0,
            request: "000000010003742d310000000200000063ffffffffffffffffdb7ad6a2ffffffffffffffffc9d7726b",
            response: "ffffffff0000000200066f72646572730000000100000000ffffffffffffffff0078000567726f757000000002"
                + "034b5089a733b813e11ca6b70064ffffffff0000000000000005001b"),
        WireVectors(
            DeleteRecordsRequest.self, 1,
            request: "0000000100066f7264657273000000010000001f000000000000003f0000004b",
            response: "9811eecb0000000100016100000001d1ee7274ffffffffffffffff0003"),
        WireVectors(
            DeleteRecordsRequest.self, 2,
            request: "0204742d31020000003500000000000000610000e2cbb10f00",
            response: "ffffffff030261036c8e672600000000000000360000007714f3800000000000000056ffff000001010000"),
    ]
}
