/// Finds what was meant by a name that is misspelled.
public enum NearName {
    /// The name that is the fewest changes away, where those are not too many; capitals do not count.
    public static func nearest(to name: String, in names: some Sequence<String>, within changes: Int = 2) -> String? {
        names.map { ($0, distance(name, $0)) }.filter { $0.1 <= changes }.min { $0.1 < $1.1 }?.0
    }

    /// The name that takes the fewest changes, however many.
    public static func closest(to name: String, in names: some Sequence<String>) -> String? {
        names.map { ($0, distance(name, $0)) }.min { $0.1 < $1.1 }?.0
    }

    /// Characters that are changed, put in or taken out (Levenshtein).
    static func distance(_ a: String, _ b: String) -> Int {
        // Names are short; the rest of a longer one only adds up.
        let (left, right) = (Array(a.uppercased().utf8.prefix(80)), Array(b.uppercased().utf8.prefix(80)))
        var row = Array(0...right.count)
        for (i, x) in left.enumerated() {
            var diagonal = row[0]
            row[0] = i + 1
            for (j, y) in right.enumerated() {
                let above = row[j + 1]
                row[j + 1] = min(above + 1, row[j] + 1, diagonal + (x == y ? 0 : 1))
                diagonal = above
            }
        }
        return row[right.count]
    }
}
