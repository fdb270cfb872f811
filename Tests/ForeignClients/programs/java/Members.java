import com.fasterxml.jackson.databind.JsonNode;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Properties;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.clients.consumer.OffsetAndMetadata;
import org.apache.kafka.common.TopicPartition;

/** Members of consumer groups. */
final class Members {
    private final String address;
    private final Map<String, KafkaConsumer<byte[], byte[]>> members = new HashMap<>();

    Members(String address) {
        this.address = address;
    }

    void add(Map<String, Driver.Command> commands) {
        commands.put("join", this::join);
        commands.put("poll", this::poll);
        commands.put("assignment", arguments ->
            member(arguments, "id").assignment().stream().map(TopicPartition::partition).toList());
        commands.put("commit", arguments -> {
            member(arguments, "id").commitSync(positions(arguments));
            return true;
        });
        commands.put("leave", arguments -> {
            members.remove(arguments.get("id").asText()).close();
            return true;
        });
    }

    KafkaConsumer<byte[], byte[]> member(JsonNode arguments, String name) {
        return members.get(arguments.get(name).asText());
    }

    static Map<TopicPartition, OffsetAndMetadata> positions(JsonNode arguments) {
        Map<TopicPartition, OffsetAndMetadata> positions = new HashMap<>();
        for (JsonNode position : arguments.get("positions"))
            positions.put(
                new TopicPartition(arguments.get("topic").asText(), position.get(0).asInt()),
                new OffsetAndMetadata(position.get(1).asLong()));
        return positions;
    }

    private Object join(JsonNode arguments) {
        Properties properties = Driver.properties(
            address, "group.id", arguments.get("group").asText(), "auto.offset.reset", "earliest",
            "enable.auto.commit", "false", "session.timeout.ms", "6000", "heartbeat.interval.ms", "200",
            "fetch.max.wait.ms", "50", "metadata.max.age.ms", "500");
        if (!arguments.get("instance").isNull()) properties.put("group.instance.id", arguments.get("instance").asText());
        List<String> topics = new ArrayList<>();
        for (JsonNode topic : arguments.get("topics")) topics.add(topic.asText());
        KafkaConsumer<byte[], byte[]> consumer = new KafkaConsumer<>(properties);
        consumer.subscribe(topics);
        members.put(arguments.get("id").asText(), consumer);
        return true;
    }

    private Object poll(JsonNode arguments) {
        List<Object> received = new ArrayList<>();
        for (ConsumerRecord<byte[], byte[]> record : member(arguments, "id").poll(Duration.ofMillis(50)))
            received.add(Records.described(record));
        return received;
    }
}
