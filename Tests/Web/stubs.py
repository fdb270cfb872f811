"""Answers of the API that a healthy platform does not give: what the real one says, with something wrong in it."""

import json
from datetime import UTC, datetime, timedelta
from urllib.parse import parse_qs, urlparse

from playwright.sync_api import Error

UNREACHABLE = "http://127.0.0.1:9999 did not answer (connect timeout)"


def ago(seconds):
    """RFC 3339, `seconds` before now; after it when negative."""
    return (datetime.now(UTC) - timedelta(seconds=seconds)).isoformat().replace("+00:00", "Z")


def payments_retry(system):
    """The payment gateway is away; payments waits and tries again."""
    system["status"] = "degraded"
    system["problems"] = [
        {
            "part": "payments",
            "level": "degraded",
            "code": "dependency_unavailable",
            "detail": UNREACHABLE,
            "since": ago(150),
        }
    ]
    service = next(service for service in system["services"] if service["name"] == "payments")
    service["status"] = "retrying"
    service["instances"] = [
        {
            "instance": "a1b2c3",
            "state": "retrying",
            "since": ago(150),
            "seen_at": ago(1),
            "problem": {
                "code": "dependency_unavailable",
                "detail": UNREACHABLE,
                "attempt": 7,
                "next_attempt_at": ago(-9),
            },
        },
        {"instance": "d4e5f6", "state": "running", "since": ago(4000), "seen_at": ago(2)},
    ]


def store_is_away(system):
    """As an API says it that knows no list of problems."""
    system["status"] = "down"
    system["store"] = {"status": "down", "kind": "sqlite", "detail": "no answer within 3.0 seconds"}


def reconciler(status="ok", findings=0, **more):
    """A change of the status: the reconciler is so and has found that much."""

    def change(system):
        system["reconciler"] = {
            "status": status,
            "checked_orders": 12_345,
            "open_orders": 4,
            "skipped_records": 0,
            "findings": findings,
            "skipped_orders": 0,
            "delay_milliseconds": 3_000,
            "last_hour": {"checked": 9_870, "skipped": 0, "overdue": 0, "coverage": 1.0},
            "since": ago(9000),
            "checked_through": ago(2),
            "sweep": {"windows_checked": 61, "orders_checked": 9_870, "last_finished_at": ago(75)},
            "recent_findings": [
                {
                    "kind": "charged_twice",
                    "subject": f"order {4711 + index}",
                    "detail": "two payments of 249.99 USD, offsets 17 and 42",
                    "at": ago(30 + 60 * index),
                }
                for index in range(findings)
            ],
            **more,
        }

    return change


def dead_letters(count):
    def change(system):
        places = [("orders", "payments-group", count - count // 3), ("orders", "fraud-group", count // 3)]
        system["dead_letters"] = {
            "open": count,
            "topics": [{"topic": topic, "group": group, "open": open_} for topic, group, open_ in places],
        }

    return change


def all_well(system):
    """What a platform in order says with everything it can say."""
    system["problems"] = []
    reconciler()(system)
    dead_letters(0)(system)


def webhooks(system):
    """The service that posts outcomes runs."""
    like = next(service for service in system["services"] if service["name"] == "sink")
    system["services"] = [service for service in system["services"] if service["name"] != "webhooks"]
    system["services"].append(like | {"name": "webhooks", "group": "webhooks-group"})


DELIVERIES = [
    {
        "order_id": 42 + index,
        "id": f"msg_{42 + index}_{type_.replace('.', '_')}",
        "type": type_,
        "endpoint": endpoint,
        "state": state,
        "attempts": attempts,
        "occurred_at": ago(300 + index),
        "created_at": ago(200 + index),
        **more,
    }
    for index, (type_, endpoint, state, attempts, more) in enumerate(
        [
            ("order.paid", "crm", "delivered", 1, {"attempted_at": ago(20), "status": 204}),
            (
                "order.payment_failed",
                "warehouse-of-the-other-continent",
                "failed",
                31,
                {
                    "attempted_at": ago(90),
                    "status": 503,
                    "detail": "https://hooks.warehouse.example:8443 answered 503; given up",
                },
            ),
            ("order.flagged", "crm", "pending", 0, {}),
            (
                "order.refund_due",
                "crm",
                "failed",
                1,
                {
                    "attempted_at": ago(95),
                    "status": 410,
                    "detail": "the endpoint answered 410: it wants no more deliveries",
                },
            ),
        ]
    )
]


def earlier_version(system):
    """An API that knows none of it."""
    for key in ("problems", "reconciler", "dead_letters"):
        system.pop(key, None)
    for service in system["services"]:
        service.pop("instances", None)


LETTERS = [
    {
        "id": f"orders/{group}/{index % 6}/{20 - index}",
        "topic": "orders",
        "group": group,
        "partition": index % 6,
        "offset": 20 - index,
        "origin": {
            "topic": "orders",
            "partition": index % 6,
            "offset": 812 - index,
            "timestamp": ago(100 + 90 * index),
            "key": str(42 + index),
        },
        "code": code,
        "reason": reason,
        "failed_at": ago(99 + 90 * index),
        "attempts": attempts,
        "state": state,
        **({"decided_at": ago(20)} if state != "open" else {}),
        **value,
    }
    for index, (group, code, reason, attempts, state, value) in enumerate(
        [
            (
                "payments-group",
                "missing_field",
                "amount is missing",
                0,
                "open",
                {
                    "value": '{"order_id":42,"customer_id":7,"currency":"USD","country":"US","status":"CREATED"}',
                    "value_bytes": 82,
                },
            ),
            (
                "fraud-group",
                "malformed_json",
                "not JSON: unexpected byte 0xFF at 0",
                2,
                "open",
                {"value_base64": "/wABAgNAcGFydG5lci1mZWVk4oKsIAoNfn8=", "value_bytes": 26},
            ),
            (
                "payments-group",
                "unknown_currency",
                "QQQ is no currency: the partner's feed of 2024 sends its own codes, and each of its orders ends here",
                0,
                "open",
                {"value": '{"order_id":44,"currency":"QQQ"}' * 40, "value_bytes": 180_000},
            ),
            (
                "payments-group",
                "out_of_range",
                "amount is negative",
                1,
                "replayed",
                {"value": '{"amount":-5}', "value_bytes": 13},
            ),
            ("fraud-group", "missing_field", "order_id is missing", 0, "discarded", {"value_bytes": 0}),
        ]
    )
]


class Stubs:
    """Stands between a page and the API: alters what GET /api/system says, and answers about dead letters and
    deliveries."""

    def __init__(self, page):
        self.page = page
        self.changes = [earlier_version]
        self.queries = []
        # What was asked to be posted again, and whether the log is away.
        self.redelivered = []
        self.log_is_away = False
        page.route("**/api/system", self._system)
        page.route("**/api/dead-letters?*", self._dead_letters)
        page.route("**/api/webhooks/deliveries?*", self._deliveries)
        page.route("**/api/webhooks/deliveries/*/redeliver?*", self._redeliver)

    def say(self, *changes):
        """From the next question on the status is the platform's own, altered by `changes`; the page asks every 5 s."""
        self.changes = [earlier_version, *changes]

    def stop(self):
        self.page.unroute("**/api/system")
        self.page.unroute("**/api/dead-letters?*")
        self.page.unroute("**/api/webhooks/deliveries?*")
        self.page.unroute("**/api/webhooks/deliveries/*/redeliver?*")

    def _system(self, route):
        try:
            system = route.fetch().json()
            for change in self.changes:
                change(system)
            route.fulfill(json=system)
        except Error:
            pass  # the page has moved on and waits for no answer

    def _dead_letters(self, route):
        """Two a page, so that there is a next one."""
        query = {name: values[0] for name, values in parse_qs(urlparse(route.request.url).query).items()}
        self.queries.append(query)
        chosen = [letter for letter in LETTERS if self._matches(letter, query)]
        start = int(query.get("cursor", 0))
        following = start + 2
        page = {
            "dead_letters": chosen[start:following],
            "next_cursor": str(following) if following < len(chosen) else None,
        }
        route.fulfill(status=200, content_type="application/json", body=json.dumps(page))

    def _deliveries(self, route):
        query = parse_qs(urlparse(route.request.url).query)
        chosen = [delivery for delivery in DELIVERIES if delivery["state"] in query.get("state", [delivery["state"]])]
        route.fulfill(json={"deliveries": chosen, "complete": False})

    def _redeliver(self, route):
        url = urlparse(route.request.url)
        if self.log_is_away:
            problem = {
                "type": "about:blank",
                "title": "Service Unavailable",
                "status": 503,
                "code": "webhook-requests-unavailable",
                "detail": "The request did not reach the log; try again in a few seconds",
            }
            return route.fulfill(status=503, content_type="application/problem+json", body=json.dumps(problem))
        endpoint = parse_qs(url.query)["endpoint"][0]
        self.redelivered.append((route.request.method, url.path.split("/")[-2], endpoint))
        delivery = next(delivery for delivery in DELIVERIES if delivery["id"] == url.path.split("/")[-2])
        answer = {"id": delivery["id"], "order_id": delivery["order_id"], "endpoint": endpoint}
        return route.fulfill(status=202, json=answer)

    @staticmethod
    def _matches(letter, query):
        state = query.get("state", "open")
        return (state == "all" or letter["state"] == state) and all(
            letter[name] == query[name] for name in ("topic", "group", "code") if name in query
        )
