import Foundation
import OrderEvents
import StreamProcessing

extension CutJournal {
    /// Cuts of a service's group, on the topic `service-health`.
    public static func serviceHealth(of definition: TaskDefinition) -> CutJournal {
        CutJournal(topic: Topics.serviceHealth) { cut in
            let record = LogCut(
                service: definition.name, group: definition.group, topic: cut.place.topic,
                partition: cut.place.partition, from: cut.from, to: cut.to,
                kind: cut.isReplaced ? .replaced : .deleted, at: Timestamp(millisecondsSinceEpoch: cut.foundAt))
            return ([UInt8](record.key.utf8), [UInt8](try JSONEncoder.plain.encode(record)))
        }
    }
}
