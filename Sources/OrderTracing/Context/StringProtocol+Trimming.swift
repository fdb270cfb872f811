extension StringProtocol {
    /// Without the white space that HTTP allows around a value.
    var trimmingTabsAndSpaces: SubSequence {
        var text = self[...]
        while let first = text.first, first == " " || first == "\t" { text = text.dropFirst() }
        while let last = text.last, last == " " || last == "\t" { text = text.dropLast() }
        return text
    }
}
