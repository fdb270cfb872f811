@testable import KafkaProtocol

/// Messages encoded from the protocol's schemas by another encoder, values chosen at random: bodies without headers.
extension WireVectors {
    static let transactions: [WireVectors] = [
        WireVectors(
            InitProducerIDRequest.self, 0,
            request: "00066f726465727300000036",
            response: "a11e4e0d0000ffffffffffffffffffff"),
        WireVectors(
            InitProducerIDRequest.self, 1,
            request: "00026263f1117191",
            response: "f11d73eb00037f0303e9a034cf17ffff"),
        WireVectors(
            InitProducerIDRequest.self, 2,
            request: "03c3a9ffffffff00",
            response: "00000048001ba95fe25f1b083e87004f00"),
        WireVectors(
            InitProducerIDRequest.self, 3,
            request: "0261000000349565db2070edfd7dffff00",
            response: "ffffffff0003ffffffffffffffff261a00"),
        WireVectors(
            InitProducerIDRequest.self, 4,
            request: "01ffffffff0000000000000039004600",
            response: "8080b722001095501b0f464e87a829a300"),
        WireVectors(
            InitProducerIDRequest.self, 5,
            request: "0374780000ea610000020000000000000700",
            response: "0000000300000000040000000000000800"),
        WireVectors(
            AddPartitionsToTxnRequest.self, 0,
            request: "0001610000000000000015a42e00000000",
            response: "d8cb444b0000000100000000000232496d140078370c7621001b"),
        WireVectors(
            AddPartitionsToTxnRequest.self, 1,
            request: "000567726f757018b95f6bba82f9260bcb000000010003742d31000000026197e2b3ffffffff",
            response: "00000030000000010002c3a9000000016d5271510000"),
        WireVectors(
            AddPartitionsToTxnRequest.self, 2,
            request: "000161ffffffffffffffff006100000000",
            response: "ffffffff00000001000000000001ffffffff0000"),
        WireVectors(
            AddPartitionsToTxnRequest.self, 3,
            request: "03626300000000000000178ba402076f72646572730369ac385affffffff0000",
            response: "ffffffff0203c3a9031976ee3e001b000000001c001b000000"),
        WireVectors(
            AddOffsetsToTxnRequest.self, 0,
            request: "00026263000000000000004dffff0000",
            response: "70033e320064"),
        WireVectors(
            AddOffsetsToTxnRequest.self, 1,
            request: "0000000000000000004de8ed0003742d31",
            response: "473a326d0003"),
        WireVectors(
            AddOffsetsToTxnRequest.self, 2,
            request: "0002c3a9ffffffffffffffff0010000567726f7570",
            response: "85b23eec0064"),
        WireVectors(
            AddOffsetsToTxnRequest.self, 3,
            request: "036263ffffffffffffffff4ccc026100",
            response: "109bf36effff00"),
        WireVectors(
            AddOffsetsToTxnRequest.self, 4,
            request: "0374780000000200000000012c0667726f757000",
            response: "00011170007800"),
        WireVectors(
            EndTxnRequest.self, 0,
            request: "0002c3a9e213d4e81f1b5a4dffff00",
            response: "ffffffff0003"),
        WireVectors(
            EndTxnRequest.self, 1,
            request: "00009d86d5b80fe1a8badf2101",
            response: "ffffffff001b"),
        WireVectors(
            EndTxnRequest.self, 2,
            request: "000161b41b429ee78bbf6d001b00",
            response: "ffffffff001b"),
        WireVectors(
            EndTxnRequest.self, 3,
            request: "076f7264657273000000000000005700240000",
            response: "5cd481ae006400"),
        WireVectors(
            EndTxnRequest.self, 4,
            request: "076f7264657273000008000000000000040000",
            response: "00000000007800"),
        WireVectors(
            EndTxnRequest.self, 5,
            request: "076f7264657273000008000000000000050100",
            response: "00000000000000001000000000057ffe00"),
        WireVectors(
            WriteTxnMarkersRequest.self, 0,
            request: "00000001ffffffffffffffffffff000000000200026263000000018a187f910002c3a900000002ffffffff0000"
                + "0028ffffffff",
            response: "00000002000000000000000600000001000567726f75700000000100000001ffffffffffffffffffff00000002"
                + "0003742d31000000010000000100000002c3a9000000015f330e0fffff"),
        WireVectors(
            WriteTxnMarkersRequest.self, 1,
            request: "0200000000000000000042010304742d3103ffffffffffffffff0003626302ffffffff0033674d7d0000",
            response: "0300000000000000160203626302a6669ddfffff00000000000000000000450203c3a902000000010003000000"
                + "00"),
        WireVectors(
            TxnOffsetCommitRequest.self, 0,
            request: "0002626300066f7264657273ffffffffffffffff004f00000001000567726f757000000001de7a01c800000000"
                + "0000002c0000",
            response: "00000025000000020002c3a90000000100000005001b0002c3a9000000010fa2a61c0003"),
        WireVectors(
            TxnOffsetCommitRequest.self, 1,
            request: "000262630002626300000000000000377e330000000200026263000000020a5a749d31ccf62627f64a3c000262"
                + "63ffffffff5a74f66b1e526aba0003742d310002626300000000",
            response: "ffffffff000000010002626300000002ffffffff0003ffffffff0064"),
        WireVectors(
            TxnOffsetCommitRequest.self, 2,
            request: "00066f7264657273000567726f7570982f1387d32ab8b8002200000001000000000002d46edd4df19ff8c5c0fa"
                + "f56c31b239be000567726f7570d2022e3800000000000000590d14ac6affff",
            response: "12ff2384000000020002c3a9000000024f7e677100030000004f00030003742d3100000001000000250064"),
        WireVectors(
            TxnOffsetCommitRequest.self, 3,
            request: "03c3a90667726f757032133bc1a258dd47896cbb020ff004742d3103c3a9020102fae90c27ffffffffffffffff"
                + "e0fe9cb7076f7264657273000000",
            response: "ffffffff020667726f7570010000"),
        WireVectors(
            TxnOffsetCommitRequest.self, 4,
            request: "0374780267000000000000004d00040000000c076d656d626572000204742d31030000000100000008000000"
                + "0000000004026d00000000020000000000000000ffffffff00000000",
            response: "000000010204742d310300000001000000000000020078000000"),
        WireVectors(
            TxnOffsetCommitRequest.self, 5,
            request: "0374780267000000000000004d00050000000c076d656d62657202690204742d310300000001000000080000"
                + "000000000004026d00000000020000000000000000ffffffff00000000",
            response: "000000010204742d310300000001000000000000020078000000"),
        WireVectors(
            DescribeProducersRequest.self, 0,
            request: "0204742d31030000003016f223bc0000",
            response: "82bd332d020667726f757003dbe9f97a00640002ffffffffffffffff2bdcf51b1850e1a2ffffffffffffffff23"
                + "3d6a0affffffffffffffff000098078e3200000101000000"),
        WireVectors(
            DescribeTransactionsRequest.self, 0,
            request: "0304742d310100",
            response: "ffffffff02001b04742d31036263ffffffffffffffffffffffff0000000000000048cc76020667726f757002f9"
                + "6c3833000000"),
        WireVectors(
            ListTransactionsRequest.self, 0,
            request: "02026103b911f141da03d3c2643d65d7f4ad45c000",
            response: "0000002c00030102036263a0d57f0fb5d2c1f2076f72646572730000"),
        WireVectors(
            ListTransactionsRequest.self, 1,
            request: "020667726f757003ffffffffffffffff8dea220b75294251ffffffffffffffff00",
            response: "b6a5a03000100204742d310203c3a91c3f8e48120ed377076f72646572730000"),
    ]
}
