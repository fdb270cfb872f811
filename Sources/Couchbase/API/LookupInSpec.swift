/// One path to read in a document.
public struct LookupInSpec: Sendable, Hashable {
    let lookup: PathLookup

    /// The value at a path.
    public static func get(_ path: String, isAttribute: Bool = false) -> LookupInSpec {
        LookupInSpec(lookup: PathLookup(kind: .get, path: path, isAttribute: isAttribute))
    }

    /// Whether there is something at a path.
    public static func exists(_ path: String, isAttribute: Bool = false) -> LookupInSpec {
        LookupInSpec(lookup: PathLookup(kind: .exists, path: path, isAttribute: isAttribute))
    }

    /// How many elements the array or object at a path has.
    public static func count(_ path: String) -> LookupInSpec {
        LookupInSpec(lookup: PathLookup(kind: .count, path: path))
    }

    /// The whole document.
    public static var document: LookupInSpec { LookupInSpec(lookup: PathLookup(kind: .document, path: "")) }
}
