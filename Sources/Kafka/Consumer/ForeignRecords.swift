/// The memory of records that another client fetched: whoever holds it keeps their bytes.
package final class ForeignRecords {
    /// Gives the headers of the record with this number.
    let headers: (_ number: Int) -> [RecordHeader]

    /// - Parameter headers: what it captures stays as long as the records.
    package init(headers: @escaping (_ number: Int) -> [RecordHeader]) { self.headers = headers }
}
