extension ClusterView {
    /// What is wrong with the topics' numbers of partitions: somebody changed them, or a move is under way.
    var partitionProblem: SystemProblem? {
        guard let homes, broker == .reachable else { return nil }
        if let target = homes.target {
            return problem(
                "repartitioning",
                "homes are being moved from \(homes.count) to \(target) partitions, and the services wait for it. If nothing is at work, finish it: `orders topics repartition --to \(target)`"
            )
        }
        let missing = topics.filter { $0.partitions < homes.count }
        if !missing.isEmpty {
            return problem(
                "partitions_missing",
                "\(list(missing)) where \(homes.count) homes are: orders whose home is missing wait. Restart any service: it adds what is missing"
            )
        }
        let grown = topics.filter { $0.partitions > homes.count }
        guard let largest = grown.map(\.partitions).max() else { return nil }
        return problem(
            "partitions_grown",
            "\(list(grown)) instead of \(homes.count). Everything goes on: homes are computed with \(homes.count) as before, and what lands in the new partitions is read and sent home. To make use of them, stop the services and run `orders topics repartition --to \(largest)`"
        )
    }

    private func list(_ topics: [Topic]) -> String {
        topics.map { "\($0.name) has \($0.partitions) partition\($0.partitions == 1 ? "" : "s")" }.joined(
            separator: ", ")
    }

    private func problem(_ code: String, _ detail: String) -> SystemProblem {
        SystemProblem(part: "topics", level: .degraded, code: code, detail: detail)
    }
}
