import OrderEvents

extension FlowTopic {
    /// Who reads it.
    var consumptions: [Consumption] { Consumption.allCases.filter { $0.topic == self } }
}

/// One service's reading of one topic: what a group commits, and what it sets aside, is about this.
enum Consumption: Int, CaseIterable, Sendable {
    case fraud, payments, analyticsOrders, analyticsPayments, analyticsAlerts, alerting, sink

    var topic: FlowTopic {
        switch self {
        case .fraud, .payments, .analyticsOrders: .orders
        case .analyticsPayments: .payments
        case .analyticsAlerts, .alerting: .fraudAlerts
        case .sink: .orderAnalytics
        }
    }

    private var service: PlatformService {
        switch self {
        case .fraud: Topology.fraud
        case .payments: Topology.payments
        case .analyticsOrders, .analyticsPayments, .analyticsAlerts: Topology.analytics
        case .alerting: Topology.alerting
        case .sink: Topology.sink
        }
    }

    var group: String { service.group }

    /// Where this reading's dead letters go.
    var deadLetterTopic: String { Topics.deadLetter(topic: topic.name, group: group) }

    /// From a dead-letter topic's name; nil for one that is not the platform's.
    init?(deadLetterTopic name: String) {
        guard let found = Consumption.allCases.first(where: { $0.deadLetterTopic == name }) else { return nil }
        self = found
    }
}

/// How far each service has committed in one partition: the next offset to read.
struct PartitionProgress: Sendable, Equatable {
    private var offsets: [Int64]

    init() { offsets = Array(repeating: 0, count: Consumption.allCases.count) }

    /// The same for all, such as `Int64.max`: everything is committed.
    init(all offset: Int64) { offsets = Array(repeating: offset, count: Consumption.allCases.count) }

    subscript(_ consumption: Consumption) -> Int64 {
        get { offsets[consumption.rawValue] }
        set { offsets[consumption.rawValue] = newValue }
    }

    @inline(__always)
    func covers(_ consumption: Consumption, _ offset: Int64) -> Bool { offset < offsets[consumption.rawValue] }
}
