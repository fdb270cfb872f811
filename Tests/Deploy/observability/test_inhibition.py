"""What follows from a larger fault is not sent beside it: asked of a real Alertmanager, configured as deployed."""

import json
import urllib.request

import files
import pytest
import running
from running import get, until


@pytest.fixture(scope="module")
def alerts(tmp_path_factory):
    processes = running.Processes(tmp_path_factory.mktemp("inhibition"))
    text = (files.FOLDER / "alertmanager" / "alertmanager.yaml").read_text()
    token = processes.folder / "token"
    token.write_text("token")
    address = running.alertmanager(processes, text.replace("/etc/alertmanager/token", str(token)))
    yield f"http://{address}/api/v2/alerts"
    processes.end_all()


def held_back(url, *names):
    """Which of the alerts are held back once all of them are there."""
    severities = {rule["alert"]: rule["labels"]["severity"] for rule in files.alerts()}
    body = [{"labels": {"alertname": name, "severity": severities[name]}} for name in names]
    posted = urllib.request.Request(url, json.dumps(body).encode(), {"Content-Type": "application/json"})
    urllib.request.urlopen(posted, timeout=10).close()

    def states():
        known = {one["labels"]["alertname"]: one["status"]["state"] for one in get(url)}
        mine = {name: known.get(name) for name in names}
        return mine if set(mine.values()) <= {"active", "suppressed"} else None

    return {name for name, state in until(states, 30, "the alerts are judged").items() if state == "suppressed"}


def test_a_fast_burn_holds_the_slower_ones_back(alerts):
    names = ["LateBudgetBurnFast", "LateBudgetBurnSlow", "LateBudgetBurnTrickle", "OrdersRefused"]
    assert held_back(alerts, *names) == {"LateBudgetBurnSlow", "LateBudgetBurnTrickle"}


def test_an_api_that_is_down_holds_tickets_back_and_no_page(alerts):
    assert held_back(alerts, "ApiDown", "BatchesFail", "RecordsCut") == {"BatchesFail"}
