"""The orders that the upstream sends: all of an order's content follows from its id and the seed."""

import random
import time

COUNTRIES = ["US", "US", "CA", "DE", "FR", "JP", "NG", "RU", "BR", "GB"]
CURRENCIES = [("USD", 2), ("EUR", 2), ("GBP", 2), ("JPY", 0), ("KWD", 3)]

MALFORMED = [
    b"",
    b"{",
    b"not json",
    b"[]",
    b"{}",
    b'{"order_id":1}',
    b"\xff\xfe\x00",
    b'{"order_id":7,"customer_id":1,"amount":"x","currency":"USD","country":"US","status":"CREATED","created_at":"2024-01-15T10:30:00Z"}',
    b'{"order_id":7,"customer_id":1,"amount":1.001,"currency":"USD","country":"US","status":"CREATED","created_at":"2024-01-15T10:30:00Z"}',
    b'{"order_id":7,"customer_id":1,"amount":1,"currency":"XXQ","country":"US","status":"CREATED","created_at":"2024-01-15T10:30:00Z"}',
    b'{"order_id":7,"customer_id":1,"amount":1,"currency":"USD","country":"US","status":"LOST","created_at":"2024-01-15T10:30:00Z"}',
    b'{"order_id":7,"customer_id":1,"amount":1,"currency":"USD","country":"US","status":"CREATED","created_at":"yesterday"}',
]


def contradicting(order, choice):
    """The event of an order that says something else, in one or two fields; at times something that would be
    flagged."""
    changes = [
        {"amount": round(order["amount"] + 1000, 2)},
        {"customer_id": order["customer_id"] + 10_000},
        {"amount": round(order["amount"] + 1000, 2), "country": "NG"},
        {"created_at": "2024-01-15T10:30:00Z"},
        {"currency": "CHF", "amount": 7},
    ]
    return order | choice.choice(
        [change for change in changes if any(order[name] != value for name, value in change.items())]
    )


def order(seed, order_id):
    choice = random.Random(seed * 1_000_003 + order_id)
    currency, digits = choice.choice(CURRENCIES)
    minor = choice.randrange(1, 60_000)
    amount = minor if digits == 0 else round(minor / 10**digits, digits)
    return {
        "order_id": order_id,
        "customer_id": choice.randrange(1, 5000),
        "amount": amount,
        "currency": currency,
        "country": choice.choice(COUNTRIES),
        "status": "CREATED",
        "created_at": time.strftime("%Y-%m-%dT%H:%M:%SZ", time.gmtime()),
    }
