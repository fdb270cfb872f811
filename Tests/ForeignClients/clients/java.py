"""Apache Kafka's own client."""

import os

from .process import ProcessClient, program


class Client(ProcessClient):
    name = "java"
    command = (
        "java",
        "-XX:TieredStopAtLevel=1",
        "-XX:+UseSerialGC",
        "-Xmx512m",
        "-cp",
        os.pathsep.join([program("java"), program("jars/*")]),
        "Driver",
    )
    features = frozenset(
        [
            "headers",
            "groups",
            "commit",
            "transactions",
            "timestamps",
            "admin",
            "configs",
            "partitions",
            "group-admin",
            "delete-records",
            "idempotence",
            "static",
        ]
    )
