import com.fasterxml.jackson.databind.JsonNode;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.AlterConfigOp;
import org.apache.kafka.clients.admin.ConfigEntry;
import org.apache.kafka.clients.admin.ConsumerGroupDescription;
import org.apache.kafka.clients.admin.GroupListing;
import org.apache.kafka.clients.admin.NewPartitions;
import org.apache.kafka.clients.admin.NewTopic;
import org.apache.kafka.clients.admin.RecordsToDelete;
import org.apache.kafka.clients.admin.TopicDescription;
import org.apache.kafka.clients.consumer.OffsetAndMetadata;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.config.ConfigResource;

/** Topics, settings and groups. */
final class Administration {
    private final Admin admin;

    Administration(String address) {
        admin = Admin.create(Driver.properties(address));
    }

    void add(Map<String, Driver.Command> commands) {
        commands.put("create_topic", this::createTopic);
        commands.put("delete_topic", arguments -> admin.deleteTopics(List.of(topic(arguments))).all().get());
        commands.put("topics", this::topics);
        commands.put("configs", this::configs);
        commands.put("set_config", this::setConfig);
        commands.put("set_partitions", arguments -> admin.createPartitions(
            Map.of(topic(arguments), NewPartitions.increaseTo(arguments.get("count").asInt()))).all().get());
        commands.put("delete_records", this::deleteRecords);
        commands.put("groups", arguments ->
            admin.listGroups().all().get().stream().map(GroupListing::groupId).toList());
        commands.put("describe_group", this::describeGroup);
        commands.put("group_offsets", this::groupOffsets);
    }

    private static String topic(JsonNode arguments) {
        return arguments.get("topic").asText();
    }

    private Object createTopic(JsonNode arguments) throws Exception {
        NewTopic topic = new NewTopic(topic(arguments), arguments.get("partitions").asInt(), (short) 1);
        Map<String, String> configs = new HashMap<>();
        for (Map.Entry<String, JsonNode> entry : arguments.get("configs").properties())
            configs.put(entry.getKey(), entry.getValue().asText());
        return admin.createTopics(List.of(topic.configs(configs))).all().get();
    }

    private Object topics(JsonNode arguments) throws Exception {
        Set<String> names = admin.listTopics().names().get();
        Map<String, Integer> counts = new HashMap<>();
        for (TopicDescription topic : admin.describeTopics(names).allTopicNames().get().values())
            counts.put(topic.name(), topic.partitions().size());
        return counts;
    }

    private Object configs(JsonNode arguments) throws Exception {
        ConfigResource resource = new ConfigResource(ConfigResource.Type.TOPIC, topic(arguments));
        Map<String, String> values = new HashMap<>();
        for (ConfigEntry entry : admin.describeConfigs(List.of(resource)).all().get().get(resource).entries())
            values.put(entry.name(), entry.value());
        return values;
    }

    private Object setConfig(JsonNode arguments) throws Exception {
        ConfigResource resource = new ConfigResource(ConfigResource.Type.TOPIC, topic(arguments));
        ConfigEntry entry = new ConfigEntry(arguments.get("key").asText(), arguments.get("value").asText());
        return admin.incrementalAlterConfigs(
            Map.of(resource, List.of(new AlterConfigOp(entry, AlterConfigOp.OpType.SET)))).all().get();
    }

    private Object deleteRecords(JsonNode arguments) throws Exception {
        TopicPartition target = new TopicPartition(topic(arguments), arguments.get("partition").asInt());
        RecordsToDelete until = RecordsToDelete.beforeOffset(arguments.get("offset").asLong());
        return admin.deleteRecords(Map.of(target, until)).lowWatermarks().get(target).get().lowWatermark();
    }

    private Object describeGroup(JsonNode arguments) throws Exception {
        String group = arguments.get("group").asText();
        ConsumerGroupDescription description = admin.describeConsumerGroups(List.of(group)).all().get().get(group);
        return List.of(description.groupState().toString(), description.members().size());
    }

    private Object groupOffsets(JsonNode arguments) throws Exception {
        List<Object> offsets = new ArrayList<>();
        Map<TopicPartition, OffsetAndMetadata> found =
            admin.listConsumerGroupOffsets(arguments.get("group").asText()).partitionsToOffsetAndMetadata().get();
        found.forEach((target, entry) -> {
            if (entry != null) offsets.add(List.of(target.topic(), target.partition(), entry.offset()));
        });
        return offsets;
    }
}
