"""What names the services and their topics outside of Swift agrees with Topology.swift."""

import re
import unittest

import markdown
import tree

TOPOLOGY = "Sources/OrderEvents/Topics/Topology.swift"


def topics():
    """The names of the topics by what Swift calls them."""
    return dict(
        re.findall(
            r'static let (\w+) = Topic<\w+>\(name: "([a-z-]+)"\)', tree.read("Sources/OrderEvents/Topics/Topics.swift")
        )
    )


def swift_code():
    return re.sub(r"//.*", "", tree.read(TOPOLOGY))


def services():
    """(name, topics that it reads, topics that it writes, changelog) of each service."""
    names = topics()
    found = []
    for name, rest in re.findall(r'static let \w+ = PlatformService\(\s*"(\w+)",(.*?\S)\)\n', swift_code(), re.DOTALL):

        def listed(label):
            part = re.search(label + r": (\[.*?\]|[\w.]+)", rest, re.DOTALL)
            return [names[topic] for topic in re.findall(r"Topics\.(\w+)\.name", part.group(1))] if part else []

        found.append((name, listed("reads"), listed("writes"), listed("changelog")))
    return found


class TopologyTests(unittest.TestCase):
    def test_the_topology_can_be_read(self):
        self.assertEqual(len(services()), len(re.findall(r"PlatformService\(\s*\"", swift_code())))
        self.assertTrue(all(reads for _, reads, _, _ in services()))

    def test_the_dashboard_has_a_label_for_each_service(self):
        labels = re.search(
            r"const services: Record<string, string> = \{(.*?)\};", tree.read("Web/src/format/labels.ts"), re.DOTALL
        ).group(1)
        self.assertEqual(re.findall(r"^  (\w+):", labels, re.MULTILINE), [name for name, *_ in services()])

    def test_operations_says_who_writes_each_topic_and_what_it_restores(self):
        rows = markdown.table_after(tree.read("docs/OPERATIONS.md"), "Topics")
        table = {topic: row for row in rows for topic in re.findall(r"`([^`]+)`", row[0])}
        for topic in topics().values():
            self.assertIn(topic, table)
            writers = {name for name, _, writes, _ in services() if topic in writes}
            said = {word for word in re.findall(r"\w+", table[topic][3]) if word in {name for name, *_ in services()}}
            self.assertEqual(said, writers, topic)
            restored = set(re.findall(r"Restores the (\w+) state", table[topic][2]))
            self.assertEqual(restored, {name for name, *_, changelog in services() if topic in changelog}, topic)

    def test_the_chaos_tool_runs_each_service(self):
        text = tree.read("Tests/Chaos/world.py")
        listed = {
            name: re.findall(r'"(\w+)"', value)
            for name, value in re.findall(r"^(TASKS|KEYED) = \((.*?)\)", text, re.MULTILINE)
        }
        self.assertEqual(listed["TASKS"], [name for name, *_ in services()])
        keyed = re.findall(r'PlatformService\(\s*(?://.*\s*)?"(\w+)"[^)]*changelog:', swift_code())
        self.assertEqual(listed["KEYED"], keyed)

    def test_the_pages_name_each_service(self):
        for page in ("README.md", "docs/ARCHITECTURE.md"):
            for name, *_ in services():
                self.assertRegex(tree.read(page), rf"\b{name}\b", page)


if __name__ == "__main__":
    unittest.main()
