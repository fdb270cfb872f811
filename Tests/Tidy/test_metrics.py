"""What is recorded comes from the registry of Sources/Telemetry, and what is there is recorded."""

import re
import unittest

import tree

REGISTRY = "Sources/Telemetry/"


def sources():
    for path in tree.below("Sources/", ".swift"):
        if not path.startswith(REGISTRY):
            yield path, tree.read(path)


class MetricTests(unittest.TestCase):
    def test_no_metric_is_made_beside_the_registry(self):
        making = re.compile(r"\b(Counter|FloatingPointCounter|Gauge|Meter|Recorder|Timer)\(\s*label:")
        self.assertFalse([path for path, text in sources() if making.search(text)])

    def test_every_metric_of_the_registry_is_recorded(self):
        registry = "\n".join(tree.read(path) for path in tree.below(REGISTRY + "Registry/", ".swift"))
        handles = set(re.findall(r"public static let (\w+) = (?:Counter|Gauge|Time)Metric\(", registry))
        self.assertGreater(len(handles), 20)
        used = set(re.findall(r"\bMetric\.(\w+)", "\n".join(text for _, text in sources())))
        self.assertFalse(handles - used, "nobody records these")
        self.assertFalse({name for name in used if name not in handles} - {"all"}, "the registry lacks these")

    def test_every_metric_is_in_the_list_of_all(self):
        registry = "\n".join(tree.read(path) for path in tree.below(REGISTRY + "Registry/", ".swift"))
        handles = set(re.findall(r"static let (\w+) = (?:Counter|Gauge|Time)Metric\(", registry))
        listed = set(re.findall(r"(\w+)\.definition[],]", registry))
        self.assertEqual(handles, listed)


if __name__ == "__main__":
    unittest.main()
