import OrderEvents

/// The orders with the highest ids, as they are now.
struct RecentOrders: Sendable {
    /// How many are kept; some more than are shown, so that what is shown stays whole.
    static let capacity = 32

    /// By order id, ascending.
    private var documents: [OrderDocument] = []

    mutating func fold(_ document: OrderDocument) {
        let id = document.order.id
        if documents.count == Self.capacity, id < documents[0].order.id { return }
        var index = documents.endIndex
        while index > 0, documents[index - 1].order.id >= id { index -= 1 }
        if index < documents.endIndex, documents[index].order.id == id {
            if document.revision > documents[index].revision { documents[index] = document }
            return
        }
        documents.insert(document, at: index)
        if documents.count > Self.capacity { documents.removeFirst() }
    }

    /// The newest, highest id first.
    func newest(_ count: Int) -> [OrderDocument] {
        documents.suffix(count).reversed()
    }
}
