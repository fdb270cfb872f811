"""An endpoint of the outcomes of orders, which verifies each signature with a library of others."""

import json
import threading
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

from standardwebhooks import Webhook

SECRET = "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw"


class Endpoint:
    """Answers with the statuses that it is given, then with 204, and keeps what it has taken by `webhook-id`."""

    def __init__(self, secret=SECRET, port=0):
        self.statuses = []
        self.taken = {}
        self.times = {}
        self.problems = []
        self._lock = threading.Lock()
        verifier = Webhook(secret)
        outer = self

        class Handler(BaseHTTPRequestHandler):
            protocol_version = "HTTP/1.1"

            def do_POST(self):
                body = self.rfile.read(int(self.headers["Content-Length"]))
                status = outer.answer(verifier, dict(self.headers.items()), body)
                self.send_response(status)
                self.send_header("Content-Length", "0")
                self.end_headers()

            def log_message(self, *_):
                pass

        self._server = ThreadingHTTPServer(("127.0.0.1", port), Handler)
        self._server.daemon_threads = True
        self.port = self._server.server_address[1]
        threading.Thread(target=self._server.serve_forever, daemon=True).start()

    def answer(self, verifier, headers, body):
        with self._lock:
            headers = {name.lower(): value for name, value in headers.items()}
            try:
                event = verifier.verify(body, headers)
            except Exception as error:
                self.problems.append(repr(error))
                return 401
            status = self.statuses.pop(0) if self.statuses else 204
            if status < 300:
                known = self.taken.setdefault(headers["webhook-id"], event)
                if known != event:
                    self.problems.append(f"{headers['webhook-id']} came again with another body")
                self.times[headers["webhook-id"]] = self.times.get(headers["webhook-id"], 0) + 1
            return status

    @property
    def url(self):
        return f"http://127.0.0.1:{self.port}/hooks?token=s3cr3t-t0ken"

    def types(self, order_id):
        """The types that were taken of an order."""
        with self._lock:
            return {event["type"] for event in self.taken.values() if event["data"]["order_id"] == order_id}

    def close(self):
        self._server.shutdown()
        self._server.server_close()


def endpoints(*given):
    """What the file of endpoints has: name, URL, secret and types of each."""
    return {
        "endpoints": [
            {"name": name, "url": url, "secret": secret, "events": list(events)} for name, url, secret, events in given
        ]
    }


def endpoints_file(path, *given):
    """Writes the file of endpoints: name, URL, secret and types of each."""
    path.write_text(json.dumps(endpoints(*given)))
    return path
