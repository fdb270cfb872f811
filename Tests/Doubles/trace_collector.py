"""A real collector of OTLP traces, with a receiver behind it that keeps what the collector hands on.

The collector is rotel: it takes what the platform sends, decodes it, and exports it again. The receiver reads that with
OpenTelemetry's own generated classes.
"""

import collections
import contextlib
import gzip
import http.server
import importlib.util
import socket
import subprocess
import tempfile
import threading
import time
from pathlib import Path

from opentelemetry.proto.collector.trace.v1 import trace_service_pb2 as service
from opentelemetry.proto.trace.v1 import trace_pb2

Span = collections.namedtuple("Span", "service name kind id parent state attributes links status resource trace")
KINDS = {number: name.removeprefix("SPAN_KIND_").lower() for name, number in trace_pb2.Span.SpanKind.items()}


class Listener(http.server.ThreadingHTTPServer):
    """Keeps the requests that come: path, headers and body."""

    daemon_threads = True

    def __init__(self, status=200):
        self.status = status
        self.requests = []
        super().__init__(("127.0.0.1", 0), Handler)
        self.port = self.server_address[1]
        threading.Thread(target=self.serve_forever, daemon=True).start()

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.shutdown()
        self.server_close()


class Handler(http.server.BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"

    def do_POST(self):
        body = self.rfile.read(int(self.headers.get("Content-Length", 0)))
        if self.headers.get("Content-Encoding") == "gzip":
            body = gzip.decompress(body)
        self.server.requests.append((self.path, {name.lower(): value for name, value in self.headers.items()}, body))
        self.send_response(self.server.status)
        self.send_header("Content-Length", "0")
        self.end_headers()

    def log_message(self, *_):
        pass


def value(any_value):
    kind = any_value.WhichOneof("value")
    return getattr(any_value, kind) if kind else None


def attributes(pairs):
    return {pair.key: value(pair.value) for pair in pairs}


def spans_of(body):
    request = service.ExportTraceServiceRequest()
    request.ParseFromString(body)
    for resource_spans in request.resource_spans:
        resource = attributes(resource_spans.resource.attributes)
        for scope_spans in resource_spans.scope_spans:
            for span in scope_spans.spans:
                assert span.start_time_unix_nano and span.end_time_unix_nano >= span.start_time_unix_nano
                yield Span(
                    resource["service.name"],
                    span.name,
                    KINDS[span.kind],
                    span.span_id.hex(),
                    span.parent_span_id.hex(),
                    span.trace_state,
                    attributes(span.attributes),
                    [link.span_id.hex() for link in span.links],
                    span.status.message if span.status.code == trace_pb2.Status.STATUS_CODE_ERROR else None,
                    resource,
                    span.trace_id.hex(),
                )


def free_port():
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


class Collector:
    """rotel between the platform and the receiver."""

    def __init__(self):
        self.receiver = Listener()
        self.port = free_port()
        agent = Path(importlib.util.find_spec("rotel").origin).parent / "rotel-agent"
        self._folder = tempfile.TemporaryDirectory()
        self._log = open(Path(self._folder.name) / "log", "w+")
        self._process = subprocess.Popen(
            [
                *("setpriv", "--pdeathsig", "KILL", agent, "start"),
                *("--otlp-http-endpoint", f"127.0.0.1:{self.port}"),
                *("--otlp-grpc-endpoint", f"127.0.0.1:{free_port()}"),
                *("--pid-file", Path(self._folder.name) / "pid"),
                *("--exporter", "otlp", "--otlp-exporter-protocol", "http"),
                *("--otlp-exporter-endpoint", f"http://127.0.0.1:{self.receiver.port}"),
            ],
            stdout=self._log,
            stderr=subprocess.STDOUT,
            stdin=subprocess.DEVNULL,
        )
        deadline = time.monotonic() + 30
        while True:
            with contextlib.suppress(OSError), socket.create_connection(("127.0.0.1", self.port), 1):
                return
            assert self._process.poll() is None and time.monotonic() < deadline, self.log
            time.sleep(0.05)

    @property
    def log(self):
        self._log.seek(0)
        return self._log.read()

    @property
    def url(self):
        return f"http://127.0.0.1:{self.port}"

    @property
    def spans(self):
        """Everything that the collector has taken and handed on so far."""
        bodies = [body for path, _, body in list(self.receiver.requests) if path == "/v1/traces"]
        return [span for body in bodies for span in spans_of(body)]

    def of(self, trace):
        return [span for span in self.spans if span.trace == trace]

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self._process.terminate()
        try:
            self._process.wait(10)
        except subprocess.TimeoutExpired:
            self._process.kill()
            self._process.wait()
        self.receiver.__exit__()
        self._log.close()
        self._folder.cleanup()
