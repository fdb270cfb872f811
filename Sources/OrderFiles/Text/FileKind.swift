/// What the first bytes of a file say that it is.
enum FileKind: Equatable {
    case gzip
    case zstandard
    /// A kind that is not read: what it is, and what to do with it.
    case foreign(String, advice: String)
    /// None of the known ones: text, as far as anyone can tell.
    case text

    /// How many bytes are enough to tell.
    static let headBytes = 16

    init(head: some Collection<UInt8>) {
        func begins(_ magic: [UInt8]) -> Bool { head.starts(with: magic) }
        func begins(_ magic: String) -> Bool { head.starts(with: magic.utf8) }
        func packed(_ name: String, _ program: String) -> FileKind {
            .foreign("\(name) file", advice: "unpack it: \(program) -dc FILE | orders import -")
        }
        if begins([0x1F, 0x8B]) {
            self = .gzip
        } else if begins([0x28, 0xB5, 0x2F, 0xFD]) {
            self = .zstandard
        } else if begins("PK\u{3}\u{4}") {
            self = .foreign(
                "ZIP archive or an Excel workbook (.xlsx)", advice: "save the sheet as CSV UTF-8, or unpack the archive"
            )
        } else if begins([0xD0, 0xCF, 0x11, 0xE0, 0xA1, 0xB1, 0x1A, 0xE1]) {
            self = .foreign("Excel workbook (.xls)", advice: "save the sheet as CSV UTF-8")
        } else if begins([0x04, 0x22, 0x4D, 0x18]) {
            self = packed("lz4", "lz4")
        } else if begins([0xFD, 0x37, 0x7A, 0x58, 0x5A]) {
            self = packed("xz", "xz")
        } else if begins("BZh") {
            self = packed("bzip2", "bzip2")
        } else if begins([0x37, 0x7A, 0xBC, 0xAF, 0x27, 0x1C]) {
            self = .foreign("7z archive", advice: "unpack it")
        } else if begins("PAR1") {
            self = .foreign("Parquet file", advice: "export it as CSV or JSON lines")
        } else if begins("Obj\u{1}") {
            self = .foreign("Avro file", advice: "export it as JSON lines")
        } else if begins("SQLite format 3\0") {
            self = .foreign("SQLite database", advice: "export the orders as CSV or JSON lines")
        } else if begins("%PDF") {
            self = .foreign("PDF document", advice: "export the orders as CSV or JSON lines")
        } else if begins("<?xml") || begins("<html") || begins("<!DOC") {
            self = .foreign("XML or HTML document", advice: "export the orders as CSV or JSON lines")
        } else {
            self = .text
        }
    }
}
