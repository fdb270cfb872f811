import Kafka
import Logging
import OrderEvents
import StreamProcessing

extension TopicSetup {
    /// Says what the topics' settings cannot hold. A cluster that does not show them is none of this start's problems.
    static func review(_ specs: [TopicSpec], on admin: KafkaAdmin, _ cluster: ClusterMetadata, _ logger: Logger) async {
        let review = TopicReview(keepsUnread: cluster.isEmbedded, brokers: cluster.brokers.count)
        for spec in specs {
            guard let topic = cluster[topic: spec.name] else { continue }
            let settings: [TopicSetting]
            do {
                settings = try await admin.settings(ofTopic: spec.name)
            } catch {
                logger.notice(
                    "the settings of the topics cannot be read, so what they guarantee is not known",
                    metadata: ["topic": "\(spec.name)", "error": "\(error)"])
                return
            }
            let values = Dictionary(settings.compactMap { setting in setting.value.map { (setting.name, $0) } }) { $1 }
            let found = review.findings(
                of: TopicReview.Topic(
                    name: spec.name, settings: values, replicas: topic.partitions.map(\.replicas.count).min() ?? 1),
                against: spec)
            for finding in found {
                logger.warning(
                    "\(finding.topic) has \(finding.setting)=\(finding.value): \(finding.consequence). Set \(finding.advice)",
                    metadata: ["topic": "\(finding.topic)", "setting": "\(finding.setting)"])
            }
        }
    }
}
