/// The consumer groups of the platform's services: names that operators, dashboards and ACLs rely on.
public enum ConsumerGroups {
    public static let fraud = "fraud-group"
    public static let payments = "payments-group"
    public static let analytics = "analytics-group"
    public static let sink = "sink-group"
    public static let alerting = "alerting-group"

    public static let all = [fraud, payments, analytics, sink, alerting]
}
