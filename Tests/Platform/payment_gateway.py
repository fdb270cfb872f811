"""A payment processor that answers as it is told, can go away and come back, and remembers what it charged."""

import http.server
import json
import socket
import threading
import time
from decimal import Decimal


class Gateway:
    """Charges by idempotency key: asked twice, it gives the first answer again."""

    def __init__(self, decide=lambda body: (200, {"status": "PAID"}), delay=0.0):
        self.decide = decide
        self.delay = delay
        self.charged = {}
        self.requests = 0
        self.amounts = {}
        self._lock = threading.Lock()
        self._server = None
        with socket.socket() as probe:
            probe.bind(("127.0.0.1", 0))
            self.port = probe.getsockname()[1]

    @property
    def url(self):
        return f"http://127.0.0.1:{self.port}/charges?token=s3cr3t-t0ken"

    def answer(self, key, body):
        with self._lock:
            self.requests += 1
            if key in self.charged:
                return 200, self.charged[key]
        if self.delay:
            time.sleep(self.delay)
        status, reply = self.decide(body)
        if status == 200:
            with self._lock:
                self.charged[key] = reply
                self.amounts[body["order_id"]] = body["amount"]
        return status, reply

    def start(self):
        outer = self

        class Handler(http.server.BaseHTTPRequestHandler):
            protocol_version = "HTTP/1.1"

            def do_POST(self):
                body = json.loads(self.rfile.read(int(self.headers["Content-Length"])), parse_float=Decimal)
                status, reply = outer.answer(self.headers["Idempotency-Key"], body)
                content = json.dumps(reply).encode()
                self.send_response(status)
                self.send_header("Content-Type", "application/json")
                self.send_header("Content-Length", str(len(content)))
                self.end_headers()
                self.wfile.write(content)

            def log_message(self, *_):
                pass

        class Server(http.server.ThreadingHTTPServer):
            allow_reuse_address = True
            daemon_threads = True
            request_queue_size = 256

            def handle_error(self, *_):
                """A client that went away is no news."""

        self._server = Server(("127.0.0.1", self.port), Handler)
        threading.Thread(target=self._server.serve_forever, args=(0.05,), daemon=True).start()
        return self

    def stop(self):
        if self._server:
            self._server.shutdown()
            self._server.server_close()
            self._server = None

    def __enter__(self):
        return self.start()

    def __exit__(self, *_):
        self.stop()
