import com.fasterxml.jackson.databind.JsonNode;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Base64;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Properties;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Future;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.clients.consumer.OffsetAndTimestamp;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.clients.producer.RecordMetadata;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.header.Header;

/** Producing, and consuming without a group. */
final class Records {
    private final String address;

    Records(String address) {
        this.address = address;
    }

    void add(Map<String, Driver.Command> commands) {
        commands.put("produce", this::produce);
        commands.put("send_all", this::sendAll);
        commands.put("consume", this::consume);
        commands.put("ends", this::ends);
        commands.put("offset_for_time", this::offsetForTime);
    }

    static byte[] bytes(JsonNode text) {
        return text.isNull() ? null : Base64.getDecoder().decode(text.asText());
    }

    static Map<String, Object> described(ConsumerRecord<byte[], byte[]> record) {
        List<Object> headers = new ArrayList<>();
        for (Header header : record.headers()) headers.add(new Object[] {header.key(), header.value()});
        Map<String, Object> fields = new LinkedHashMap<>();
        fields.put("key", record.key());
        fields.put("value", record.value());
        fields.put("partition", record.partition());
        fields.put("offset", record.offset());
        fields.put("timestamp", record.timestamp());
        fields.put("headers", headers);
        return fields;
    }

    private Object produce(JsonNode arguments) throws Exception {
        Properties properties = Driver.properties(
            address, "acks", "all", "linger.ms", "20", "compression.type", arguments.get("codec").asText(),
            "enable.idempotence", arguments.get("idempotent").asText());
        String topic = arguments.get("topic").asText();
        List<Future<RecordMetadata>> sent = new ArrayList<>();
        try (KafkaProducer<byte[], byte[]> producer = new KafkaProducer<>(properties)) {
            for (JsonNode node : arguments.get("records")) {
                Long timestamp = node.get("timestamp").isNull() ? null : node.get("timestamp").asLong();
                ProducerRecord<byte[], byte[]> record = new ProducerRecord<>(
                    topic, node.get("partition").asInt(), timestamp, bytes(node.get("key")), bytes(node.get("value")));
                for (JsonNode header : node.get("headers"))
                    record.headers().add(header.get(0).asText(), bytes(header.get(1)));
                sent.add(producer.send(record));
            }
        }
        List<Long> offsets = new ArrayList<>();
        for (Future<RecordMetadata> future : sent) offsets.add(future.get().offset());
        return offsets;
    }

    private Object sendAll(JsonNode arguments) throws Exception {
        Properties properties = Driver.properties(
            address, "acks", "all", "linger.ms", "1", "reconnect.backoff.max.ms", "200", "delivery.timeout.ms", "60000",
            "enable.idempotence", "true");
        Map<byte[], Future<RecordMetadata>> sent = new LinkedHashMap<>();
        List<byte[]> acknowledged = new ArrayList<>();
        try (KafkaProducer<byte[], byte[]> producer = new KafkaProducer<>(properties)) {
            for (JsonNode node : arguments.get("values")) {
                byte[] value = bytes(node);
                sent.put(value, producer.send(new ProducerRecord<>(arguments.get("topic").asText(), 0, null, value)));
                Thread.sleep(0, 500_000);
            }
        }
        for (Map.Entry<byte[], Future<RecordMetadata>> entry : sent.entrySet()) {
            try {
                entry.getValue().get();
                acknowledged.add(entry.getKey());
            } catch (ExecutionException error) {
                // Not acknowledged: nobody may count on it.
                System.err.println(error);
            }
        }
        return acknowledged;
    }

    private KafkaConsumer<byte[], byte[]> consumer(boolean committed) {
        return new KafkaConsumer<>(Driver.properties(
            address, "enable.auto.commit", "false", "auto.offset.reset", "earliest", "fetch.max.wait.ms", "50",
            "isolation.level", committed ? "read_committed" : "read_uncommitted"));
    }

    private Object consume(JsonNode arguments) {
        List<TopicPartition> partitions = new ArrayList<>();
        for (JsonNode partition : arguments.get("partitions"))
            partitions.add(new TopicPartition(arguments.get("topic").asText(), partition.asInt()));
        int count = arguments.get("count").asInt();
        long last = arguments.get("last").asLong();
        long deadline = System.nanoTime() + Duration.ofSeconds(arguments.get("seconds").asLong()).toNanos();
        List<Object> received = new ArrayList<>();
        try (KafkaConsumer<byte[], byte[]> consumer = consumer(arguments.get("committed").asBoolean())) {
            consumer.assign(partitions);
            consumer.seekToBeginning(partitions);
            while (System.nanoTime() < deadline) {
                for (ConsumerRecord<byte[], byte[]> record : consumer.poll(Duration.ofMillis(100))) {
                    received.add(described(record));
                    if (received.size() == count || last >= 0 && record.offset() >= last) return received;
                }
            }
        }
        return received;
    }

    private Object ends(JsonNode arguments) {
        TopicPartition target = new TopicPartition(arguments.get("topic").asText(), arguments.get("partition").asInt());
        try (KafkaConsumer<byte[], byte[]> consumer = consumer(false)) {
            return List.of(
                consumer.beginningOffsets(List.of(target)).get(target), consumer.endOffsets(List.of(target)).get(target));
        }
    }

    private Object offsetForTime(JsonNode arguments) {
        TopicPartition target = new TopicPartition(arguments.get("topic").asText(), arguments.get("partition").asInt());
        try (KafkaConsumer<byte[], byte[]> consumer = consumer(false)) {
            OffsetAndTimestamp found = consumer.offsetsForTimes(Map.of(target, arguments.get("timestamp").asLong())).get(target);
            return found == null ? -1 : found.offset();
        }
    }
}
