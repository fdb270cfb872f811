import OrderEvents

/// A place between two pages of a list, and which way to read from there.
public enum PagePosition: Hashable, Sendable {
    /// The page that follows the place.
    case after(OrderCursor)
    /// The page that ends at the place.
    case before(OrderCursor)
}

extension OrderStore {
    /// A page of the documents that pass `filter`, read from a place in either direction, with the places of the pages
    /// on both sides of it. The items are always in the order that `sort` names.
    ///
    /// - Parameters:
    ///   - position: nil for the first page.
    ///   - limit: at most so many documents, 1...``StoreLimits/maximumPage``; see ``orders(matching:sort:after:limit:)``.
    public func orders(
        matching filter: OrderFilter, sort: OrderSort, at position: PagePosition?, limit: Int
    ) async throws -> Page<OrderDocument> {
        switch position {
        case nil:
            return try await orders(matching: filter, sort: sort, after: nil, limit: limit)
        case .after(let cursor):
            var page = try await orders(matching: filter, sort: sort, after: cursor, limit: limit)
            page.previous = page.items.first.map { OrderCursor($0, sort) } ?? cursor.justBeyond(sort)
            return page
        case .before(let cursor):
            let page = try await orders(matching: filter, sort: sort.reversed, after: cursor, limit: limit)
            return Page(
                items: page.items.reversed(),
                // The list goes on where the reader came from.
                next: page.items.first.map { OrderCursor($0, sort) } ?? cursor.justBeyond(sort.reversed),
                previous: page.next)
        }
    }
}

extension OrderCursor {
    /// The place right after this one, so that a page which ends there has this one's document.
    fileprivate func justBeyond(_ sort: OrderSort) -> OrderCursor? {
        OrderID(orderID.rawValue + (sort.isDescending ? -1 : 1)).map { OrderCursor(orderID: $0, moment: moment) }
            ?? self
    }
}
