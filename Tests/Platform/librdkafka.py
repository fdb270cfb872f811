"""librdkafka as newer systems have it: the one that confluent-kafka's wheel carries, in place of the system's."""

from pathlib import Path

import confluent_kafka


def newer_librdkafka():
    """The environment in which `orders` runs with it."""
    package = Path(confluent_kafka.__file__).parent
    folders = [package.with_name("confluent_kafka.libs"), package / ".libs"]
    found = [file for folder in folders if folder.is_dir() for file in folder.glob("librdkafka*.so*")]
    assert found, f"the wheel of confluent-kafka carries no librdkafka in {folders}"
    return {"LD_PRELOAD": str(found[0]), "LD_LIBRARY_PATH": str(found[0].parent)}
