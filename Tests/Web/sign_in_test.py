"""Checks in headless Chromium that a dashboard which asks for credentials lets in who has them, and nobody else.

    sign_in_test.py --orders BINARY --data-dir DIR --http HOST:PORT [--screenshots DIR]

Runs a platform of its own on a new data directory. Exit 0 when every check holds.
"""

import argparse
import json
import subprocess
import sys
import time
import urllib.error
import urllib.request

from browser import launch
from dashboard_test import run
from playwright.sync_api import expect, sync_playwright
from watch import CSP_LISTENER

PATIENCE = 30_000


class Keys:
    def __init__(self, binary, data):
        self.binary, self.data = binary, data

    def call(self, *arguments):
        command = [self.binary, "keys", *arguments, "--data-dir", self.data]
        return subprocess.run(command, check=True, capture_output=True, text=True, timeout=60).stdout

    def add(self, name, *scopes):
        return json.loads(self.call("add", name, "--json", *(f"--scope={scope}" for scope in scopes)))


class SignIn:
    def __init__(self, url, keys, browser, screenshots):
        self.url, self.keys, self.screenshots = url, keys, screenshots
        self.context = browser.new_context(viewport={"width": 1440, "height": 900}, color_scheme="light")
        self.page = self.context.new_page()
        self.page.add_init_script(CSP_LISTENER)
        self.key = keys.add("operations", "read", "write")

    def picture(self, name):
        if self.screenshots:
            self.page.screenshot(path=f"{self.screenshots}/{name}.png")

    def try_key(self, text):
        self.page.fill("input[name=credential]", text)
        self.page.click("button[type=submit]")

    def strangers_see_the_sign_in_page_and_nothing_else(self):
        self.page.goto(self.url + "/")
        self.page.wait_for_selector("[data-page=sign-in]", timeout=PATIENCE)
        assert self.page.locator("[data-kpi]").count() == 0
        self.picture("sign-in")

    def a_wrong_key_is_refused_with_the_reason(self):
        for wrong, reason in (("ord_wrong", "no whole API key"), ("hello", "no API key")):
            self.try_key(wrong)
            expect(self.page.get_by_role("alert")).to_contain_text(reason, timeout=PATIENCE)
        self.picture("sign-in-refused")
        assert self.context.cookies() == []

    def a_key_opens_the_dashboard_with_its_stream(self):
        self.try_key(self.key["key"])
        self.page.wait_for_selector("[data-link=live]", timeout=PATIENCE)
        self.page.wait_for_selector("[data-kpi=orders][data-value]", timeout=PATIENCE)
        [cookie] = self.context.cookies()
        assert cookie["httpOnly"] and cookie["sameSite"] == "Strict", cookie
        assert self.key["key"] not in cookie["value"]
        stored = self.page.evaluate("JSON.stringify([{...localStorage}, {...sessionStorage}, document.cookie])")
        assert self.key["key"][13:40] not in stored and cookie["value"] not in stored
        self.picture("signed-in")

    def orders_are_sent_with_the_cookie_and_appear(self):
        answer = self.page.evaluate(
            """async () => (await fetch('/api/orders', {method: 'POST', headers: {'Content-Type': 'application/json'},
                 body: JSON.stringify({customer_id: 7, amount: 5, currency: 'USD', country: 'US'})})).json()"""
        )
        self.page.wait_for_selector(f"text={answer['order_id']}", timeout=PATIENCE)

    def signing_out_ends_the_session(self):
        [cookie] = self.context.cookies()
        self.page.click("[data-action=sign-out]")
        self.page.wait_for_selector("[data-page=sign-in]", timeout=PATIENCE)
        assert self.context.cookies() == []
        request = urllib.request.Request(
            f"{self.url}/api/stats", headers={"Cookie": f"{cookie['name']}={cookie['value']}"}
        )
        status = 200
        try:
            urllib.request.urlopen(request, timeout=10)
        except urllib.error.HTTPError as error:
            status = error.code
        assert status == 401, f"the cookie of a session that was ended is answered {status}"

    def a_revoked_key_ends_what_it_opened(self):
        self.try_key(self.key["key"])
        self.page.wait_for_selector("[data-link=live]", timeout=PATIENCE)
        self.keys.call("revoke", self.key["id"])
        self.page.wait_for_selector("[data-page=sign-in]", timeout=PATIENCE)
        expect(self.page.locator(".sign-in-intro")).to_contain_text("signed out")

    def no_policy_was_violated(self):
        assert self.page.evaluate("window.cspViolations") == []


def wait(url):
    deadline = time.monotonic() + 120
    while True:
        try:
            return urllib.request.urlopen(f"{url}/healthz", timeout=5)
        except OSError:
            assert time.monotonic() < deadline, f"{url} does not answer"
            time.sleep(0.2)


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--orders", required=True, help="the program")
    parser.add_argument("--data-dir", required=True, help="a directory that does not exist yet")
    parser.add_argument("--http", required=True, help="a free address")
    parser.add_argument("--screenshots", help="an existing directory for screenshots")
    arguments = parser.parse_args()

    keys = Keys(arguments.orders, arguments.data_dir)
    keys.add("first", "read")
    up = [arguments.orders, "up", "--data-dir", arguments.data_dir, "--http", arguments.http]
    process = subprocess.Popen(
        [*up, "--kafka", "127.0.0.1:0", "--rate", "2", "--require-auth"], stdout=subprocess.DEVNULL
    )
    url = f"http://{arguments.http}"
    try:
        wait(url)
        with sync_playwright() as playwright:
            browser = launch(playwright)
            checks = SignIn(url, keys, browser, arguments.screenshots)
            failures = run(
                [
                    (checks.strangers_see_the_sign_in_page_and_nothing_else,),
                    (checks.a_wrong_key_is_refused_with_the_reason,),
                    (checks.a_key_opens_the_dashboard_with_its_stream,),
                    (checks.orders_are_sent_with_the_cookie_and_appear,),
                    (checks.signing_out_ends_the_session,),
                    (checks.a_revoked_key_ends_what_it_opened,),
                    (checks.no_policy_was_violated,),
                ]
            )
            browser.close()
    finally:
        process.terminate()
        process.wait(60)
    print("sign-in: all checks hold" if failures == 0 else f"sign-in: {failures} checks failed")
    return 1 if failures else 0


if __name__ == "__main__":
    sys.exit(main())
