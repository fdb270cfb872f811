import com.fasterxml.jackson.databind.JsonNode;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Future;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.clients.producer.RecordMetadata;

/** Transactional producers. */
final class Transactions {
    private final String address;
    private final Members members;
    private final Map<String, KafkaProducer<byte[], byte[]>> producers = new HashMap<>();
    private final Map<String, List<Future<RecordMetadata>>> sent = new HashMap<>();

    Transactions(String address, Members members) {
        this.address = address;
        this.members = members;
    }

    interface Step {
        void run(KafkaProducer<byte[], byte[]> producer, JsonNode arguments) throws Exception;
    }

    void add(Map<String, Driver.Command> commands) {
        commands.put("init_transactions", this::initTransactions);
        step(commands, "begin", (producer, arguments) -> {
            sent.put(arguments.get("id").asText(), new ArrayList<>());
            producer.beginTransaction();
        });
        step(commands, "send", (producer, arguments) -> sent.get(arguments.get("id").asText()).add(producer.send(
            new ProducerRecord<>(arguments.get("topic").asText(), 0, null, Records.bytes(arguments.get("value"))))));
        step(commands, "flush", (producer, arguments) -> {
            producer.flush();
            for (Future<RecordMetadata> future : sent.get(arguments.get("id").asText())) future.get();
        });
        step(commands, "send_offsets", (producer, arguments) -> producer.sendOffsetsToTransaction(
            Members.positions(arguments), members.member(arguments, "member").groupMetadata()));
        step(commands, "commit_transaction", (producer, arguments) -> producer.commitTransaction());
        step(commands, "abort_transaction", (producer, arguments) -> producer.abortTransaction());
        step(commands, "close_producer", (producer, arguments) -> {
            producers.remove(arguments.get("id").asText());
            producer.close();
        });
    }

    private void step(Map<String, Driver.Command> commands, String name, Step step) {
        commands.put(name, arguments -> {
            step.run(producers.get(arguments.get("id").asText()), arguments);
            return true;
        });
    }

    private Object initTransactions(JsonNode arguments) {
        KafkaProducer<byte[], byte[]> producer = new KafkaProducer<>(Driver.properties(
            address, "transactional.id", arguments.get("transactional_id").asText(), "max.block.ms", "20000"));
        producer.initTransactions();
        producers.put(arguments.get("id").asText(), producer);
        return true;
    }
}
