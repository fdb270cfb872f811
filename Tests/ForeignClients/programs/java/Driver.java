import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.BufferedReader;
import java.io.InputStreamReader;
import java.io.PrintStream;
import java.util.HashMap;
import java.util.Map;
import java.util.Properties;

/** Apache Kafka's client behind a line of JSON for each command; see clients/process.py. */
public final class Driver {
    interface Command {
        Object run(JsonNode arguments) throws Exception;
    }

    static final ObjectMapper JSON = new ObjectMapper();

    public static void main(String[] arguments) throws Exception {
        PrintStream answers = System.out;
        System.setOut(System.err);
        String address = arguments[0];
        Map<String, Command> commands = new HashMap<>();
        new Records(address).add(commands);
        Members members = new Members(address);
        members.add(commands);
        new Transactions(address, members).add(commands);
        new Administration(address).add(commands);
        BufferedReader input = new BufferedReader(new InputStreamReader(System.in));
        for (String line = input.readLine(); line != null; line = input.readLine()) {
            answers.println(JSON.writeValueAsString(answer(commands, JSON.readTree(line))));
            answers.flush();
        }
        System.exit(0);
    }

    private static ObjectNode answer(Map<String, Command> commands, JsonNode request) {
        ObjectNode answer = JSON.createObjectNode();
        Command command = commands.get(request.get("do").asText());
        try {
            if (command == null) throw new IllegalArgumentException("no such command");
            answer.set("ok", JSON.valueToTree(command.run(request)));
        } catch (Exception error) {
            Throwable cause = error instanceof java.util.concurrent.ExecutionException ? error.getCause() : error;
            answer.put("error", cause.toString());
        }
        return answer;
    }

    static Properties properties(String address, Object... more) {
        Properties properties = new Properties();
        properties.put("bootstrap.servers", address);
        properties.put("key.serializer", "org.apache.kafka.common.serialization.ByteArraySerializer");
        properties.put("value.serializer", "org.apache.kafka.common.serialization.ByteArraySerializer");
        properties.put("key.deserializer", "org.apache.kafka.common.serialization.ByteArrayDeserializer");
        properties.put("value.deserializer", "org.apache.kafka.common.serialization.ByteArrayDeserializer");
        for (int index = 0; index < more.length; index += 2) properties.put(more[index], more[index + 1]);
        return properties;
    }
}
