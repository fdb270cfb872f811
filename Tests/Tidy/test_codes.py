"""OPERATIONS lists what the sources have: codes, problems, metrics, settings. Nothing is missing, nothing is
invented."""

import re
import unittest

import markdown
import tree

PAGE = "docs/OPERATIONS.md"


def sources(*folders):
    return "\n".join(tree.read(path) for folder in folders for path in tree.below(f"Sources/{folder}/", ".swift"))


def first_cells(heading):
    """The code in the first column of the table below a heading."""
    rows = markdown.table_after(tree.read(PAGE), heading)
    return [code for row in rows for code in re.findall(r"`([^`]+)`", row[0])]


def event_codes():
    """What EventError's codes are called on the wire."""
    text = sources("OrderServices", "OrderEvents", "StreamProcessing", "DeadLetters")
    start = text.index("var wireName: String {\n        switch self {\n        case .missingField")
    return set(re.findall(r'case \.\w+: "(\w+)"', text[start : text.index("\n        }", start)]))


def dead_letter_codes():
    text = sources("OrderServices", "StreamProcessing", "DeadLetters", "OrderAudit")
    found = event_codes()
    found |= set(re.findall(r'DeadLetterReason\(\s*code: "(\w+)"', text))
    found |= set(re.findall(r'\.record\(code: "(\w+)"\)', text))
    found |= set(re.findall(r'static let (?:conflictCode|refusedCode|unknownCode) = "(\w+)"', text))
    return found


def problem_codes():
    text = sources("OrderServices", "StreamProcessing", "OrdersAPI", "OrderAudit", "DeadLetters")
    found = set(re.findall(r'\b(?:dependency|run)\(code: "(\w+)"\)', text))
    found |= set(re.findall(r'SystemProblem\(\s*part: [^,]+, level: \.\w+,\s*code: "(\w+)"', text))
    found |= set(re.findall(r'problem\(\s*"(\w+)",', text))
    found |= set(re.findall(r'static let (?:rebalancing|producerExpired|unknownCode) = "(\w+)"', text))
    gateway = text[text.index("struct PaymentGatewayError") :]
    found |= set(re.findall(r'case \w+ = "(\w+)"', gateway[: gateway.index("\n    }")]))
    clients = text[text.index("var problemCode: String") :]
    found |= set(re.findall(r'"(\w+)"', clients[: clients.index("\n    }")]))
    return found


def metrics():
    """The names as /metrics has them: a counter ends in _total, a timer in _seconds."""
    text = sources("OrderServices", "StreamProcessing", "OrdersAPI", "Kafka", "OrderAudit", "DeadLetters", "orders")
    text += sources("OrderTracing")
    labels = dict(re.findall(r'static let (\w+Label) = "(\w+)"', text))
    found = set(re.findall(r'"((?:process|prometheus)_\w+)"', text))
    for kind, label in re.findall(
        r'\b(Counter|Gauge|Meter|Timer|Recorder)\(\s*label: ((?:Self\.)?\w+Label|"\w+")', text
    ):
        name = labels[label.removeprefix("Self.")] if "Label" in label else label.strip('"')
        suffix = {"Counter": "_total", "Timer": "_seconds"}.get(kind, "")
        found.add(name if name.endswith(suffix) else name + suffix)
    return found


def value(expression, name):
    """A default as a person sets it: durations in the unit that the property's name ends with."""
    if not expression:
        return "-1"
    if expression in ("true", "false"):
        return expression
    expression = expression.strip().replace(".zero", ".seconds(0)")
    unit = 60 if name.endswith("minutes") else 0.001
    seconds = re.fullmatch(r"\.seconds\((.*)\)", expression)
    text = seconds.group(1) if seconds else expression
    if not re.fullmatch(r"[\d_ *<]+", text):
        raise ValueError(f"{name}: what is {expression}?")
    number = eval(text)  # digits, multiplications and shifts alone
    return str(int(number / unit)) if seconds else str(number)


class CodeTests(unittest.TestCase):
    def test_every_dead_letter_code_is_explained(self):
        self.same("Codes of dead letters", dead_letter_codes())

    def test_every_problem_is_explained(self):
        self.same("Problems by their code", problem_codes())

    def test_every_metric_is_explained(self):
        self.same("Metrics", metrics())

    def test_every_kind_of_finding_is_explained(self):
        text = sources("OrderServices", "OrderAudit")
        start = text.index("public struct Finding")
        kinds = re.findall(r'case (\w+)(?: = "(\w+)")?\n', text[start : text.index("public let kind", start)])
        self.same("Findings", {raw or name for name, raw in kinds})

    def test_every_setting_of_the_broker_is_explained(self):
        text = tree.read("Sources/EmbeddedBroker/BrokerProperty.swift")
        names = re.findall(r'\.(?:number|boolean|milliseconds)\(\s*"([a-z.]+)"', text)
        self.same(
            "The embedded broker's settings", {"KAFKA_BROKER_" + name.upper().replace(".", "_") for name in names}
        )

    def test_the_defaults_of_the_broker_are_those_of_the_sources(self):
        properties = tree.read("Sources/EmbeddedBroker/BrokerProperty.swift")
        variables = tree.read("Sources/EmbeddedBroker/EmbeddedBrokerConfiguration.swift")
        defaults = dict(re.findall(r"public var (\w+)(?:: [\w?]+)?(?: = (.+))?\n", variables))
        wrong = []
        for row in markdown.table_after(tree.read(PAGE), "The embedded broker's settings"):
            variable = re.search(r"`(\w+)`", row[0]).group(1)
            name = variable.removeprefix("KAFKA_BROKER_").lower().replace("_", ".")
            declared = properties[properties.index(f'"{name}"') :]
            field = re.search(r"\$0\.(\w+)|\\\.(\w+)|milliseconds\(\$0\.(\w+)\)", declared)
            expected = value(defaults[next(filter(None, field.groups()))], name)
            if not re.match(rf"`?{re.escape(expected)}`?( |$)", row[3]):
                wrong.append(f"{variable} is {expected} by default, not {row[3]}")
        self.assertFalse(wrong)

    def test_every_header_of_a_dead_letter_is_explained(self):
        text = tree.read("Sources/StreamProcessing/Task/DeadLetter.swift")
        self.same("Headers of dead letters", set(re.findall(r'static let \w+ = "(dlq-[a-z-]+)"', text)))

    def same(self, heading, expected):
        self.compare(set(first_cells(heading)), expected, heading)

    def compare(self, found, expected, heading):
        self.assertTrue(expected, f'nothing was found in the sources for "{heading}": the pattern is out of date')
        self.assertFalse(expected - found, f'{PAGE}, "{heading}" lacks: {sorted(expected - found)}')
        self.assertFalse(found - expected, f'{PAGE}, "{heading}" has what no source has: {sorted(found - expected)}')


if __name__ == "__main__":
    unittest.main()
