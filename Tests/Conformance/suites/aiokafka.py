from .pytest_suite import PytestSuite

#: In the place of the container that the tests start: the broker that runs. The name is that of an image and its
#: version.
FIXTURES = """

@pytest.fixture(scope="session")
def kafka_image():
    return "embedded:1_4.0.0"


@pytest.fixture(scope="session")
def ssl_folder():
    return pathlib.Path("tests/ssl_cert")


@pytest.fixture(scope="session")
def kafka_server():
    host, port = os.environ["CONFORMANCE_BROKER"].rsplit(":", 1)
    return KafkaServer(host, int(port), 1, 1, 1, None)


@pytest.fixture(scope="class")
def kerberos_utils():
    return None
"""


class Aiokafka(PytestSuite):
    """Its tests start Kafka in a container; they get the broker instead. Its C extensions are built from the
    checkout."""

    name = "aiokafka"
    landmark = "aiokafka/__init__.py"
    settings = {"KAFKA_BROKER_NUM_PARTITIONS": "2"}

    def prepare(self):
        self.copy()
        self.python = self.virtual_environment(
            "pytest==9.0.3",
            "pytest-mock==3.15.1",
            "pytest-timeout==2.4.0",
            "pytest-asyncio==1.3.0",
            "docker",
            "cython",
            "setuptools>=77",
            "wheel",
            "cramjam",
            "async-timeout",
            "packaging",
            "typing_extensions",
        )
        self.command(
            self.python,
            "setup.py",
            "build_ext",
            "--inplace",
            log="build.log",
            seconds=900,
            check=True,
            cwd=self.work,
            env={"SETUPTOOLS_SCM_PRETEND_VERSION": "0"},
        )
        with open(self.work / "tests" / "conftest.py", "a") as conftest:
            conftest.write(FIXTURES)

    def run(self, broker):
        return self.pytest(
            self.python,
            "tests",
            "--docker-image",
            "embedded:1_4.0.0",
            "--no-pull",
            env={"CONFORMANCE_BROKER": broker.address},
        )
