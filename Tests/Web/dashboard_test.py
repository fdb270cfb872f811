"""Checks the dashboard of a running platform in headless Chromium.

    dashboard_test.py --url http://127.0.0.1:8080 [--screenshots DIR] [--start COMMAND | --restart COMMAND]

--start runs the platform itself (COMMAND must serve at --url) and restarts it for the reconnection check;
--restart is a shell command that restarts a platform already running there. Without either, reconnection is not
checked, and the output says so. Exit 0 when every check holds.
"""

import argparse
import sys
import time
import traceback

from browser import launch
from platform_client import API, Platform
from playwright.sync_api import expect, sync_playwright
from problem_checks import ProblemChecks
from watch import Watch

SERVICES = {"fraud", "payments", "analytics", "sink", "alerting"}
SIZES = [("1440x900", 1440, 900), ("1920x1080", 1920, 1080), ("390x844", 390, 844)]
ORDINARY = {"customer_id": 5678, "amount": 49.9, "currency": "USD", "country": "US"}
SUSPICIOUS = {"customer_id": 5679, "amount": 1912.5, "currency": "EUR", "country": "BR"}

# What is waited for comes in a moment; a busy machine makes the moment long.
expect.set_options(timeout=20_000)


class Dashboard:
    def __init__(self, api, page):
        self.api, self.page = api, page

    def shows_live_data(self):
        """The page loads, connects and says so."""
        self.page.goto(self.api.url + "/")
        self.page.wait_for_selector("[data-link=live]", timeout=15_000)
        self.page.wait_for_selector("[data-kpi=orders][data-value]", timeout=15_000)

    def figures_agree_with_the_api(self):
        """Each figure lies between what the API said two seconds before and what it says a second after."""
        wrong = "nothing was compared"
        for _ in range(6):
            before = self.figures_of_the_api()
            self.page.wait_for_timeout(2000)
            shown = {name: self.figure(name) for name in before}
            self.page.wait_for_timeout(1000)  # the stream may be ahead of the store
            after = self.figures_of_the_api()
            wrong = [
                f"{name}: shown {shown[name]}, API {before[name]} then {after[name]}"
                for name in before
                if shown[name] is None
                or not min(before[name], after[name]) - 0.005 <= shown[name] <= max(before[name], after[name]) + 0.005
            ]
            if not wrong:
                return
        raise AssertionError("; ".join(wrong))

    def figures_of_the_api(self):
        totals = self.api.get("/api/stats")["totals"]
        figures = {
            "orders": totals["orders"],
            "payments": totals["payments"]["paid"],
            "declined": totals["payments"]["declined"],
            "alerts": totals["fraud"]["alerts"],
        }
        if totals["currencies"]:
            leading = min(totals["currencies"], key=lambda entry: (-entry["orders"], entry["currency"]))
            figures["sales"] = leading["sales"]
        return figures

    def figure(self, name):
        value = self.page.get_attribute(f"[data-kpi={name}]", "data-value")
        return None if value is None else float(value)

    def new_order_appears_with_its_payment(self):
        """Within 10 s of POST /api/orders, judged and charged."""
        order = self.api.post_order(ORDINARY)
        row = self.page.locator(f'.order-row[data-order="{order}"]')
        expect(row).to_be_visible(timeout=20_000)
        expect(row.locator("[data-payment=PAID], [data-payment=DECLINED]")).to_be_visible(timeout=20_000)

    def suspicious_order_is_flagged(self):
        """In the feed and among the alerts."""
        order = self.api.post_order(SUSPICIOUS)
        expect(self.page.locator(f'.order-row[data-order="{order}"] .badge-bad', has_text="Flagged")).to_be_visible(
            timeout=20_000
        )
        expect(self.page.locator(".alert", has_text=f"#{order}")).to_be_visible(timeout=20_000)

    def order_opens_with_its_trail(self):
        order = self.api.post_order(ORDINARY)
        row = self.page.locator(f'.order-row[data-order="{order}"]')
        row.click(timeout=20_000)
        sheet = self.page.get_by_role("dialog")
        expect(sheet.get_by_role("heading", name=f"Order {order}")).to_be_visible()
        expect(sheet.locator(".trail-step", has_text="Order created")).to_be_visible(timeout=5000)
        expect(sheet.locator(".trail-step", has_text="Payment")).to_be_visible(timeout=20_000)
        self.page.keyboard.press("Escape")
        expect(sheet).to_have_count(0)
        self.page.mouse.move(5, 5)

    def order_is_found_by_its_id(self):
        order = self.api.post_order(ORDINARY)
        box = self.page.get_by_role("searchbox", name="Find an order by its id")
        deadline = time.monotonic() + 10
        while True:  # it may not be stored yet
            box.fill(str(order))
            box.press("Enter")
            self.page.wait_for_timeout(700)
            if self.page.locator(".order-row").count() == 1 or time.monotonic() > deadline:
                break
            box.fill("")
        expect(self.page.locator(f'.order-row[data-order="{order}"]')).to_be_visible()
        self.page.get_by_role("button", name="Back to live").click()
        expect(self.page.get_by_role("heading", name="Live orders")).to_be_visible()
        self.page.mouse.move(5, 5)

    def form_shows_what_is_wrong_field_by_field(self):
        self.page.get_by_role("button", name="Send a test order").click()
        sheet = self.page.get_by_role("dialog")
        sheet.get_by_label("Amount").fill("-5")
        sheet.get_by_label("Currency").fill("QQQ")
        sheet.get_by_role("button", name="Send order").click()
        expect(sheet.locator(".field-problem")).to_have_count(2, timeout=5000)
        sheet.get_by_role("button", name="An ordinary order").click()
        sheet.get_by_role("button", name="Send order").click()
        expect(sheet.get_by_text("Accepted as order")).to_be_visible(timeout=20_000)
        sheet.get_by_role("button", name="Close").click()
        self.page.mouse.move(5, 5)

    def system_status_shows_every_service(self):
        names = {service["name"] for service in self.api.get("/api/system")["services"]}
        assert names >= SERVICES, f"GET /api/system lacks {SERVICES - names}"
        for name in names:
            row = self.page.locator(f'[data-service="{name}"]')
            expect(row).to_be_visible(timeout=20_000)
            expect(row.locator(".state")).not_to_be_empty()

    def takes_screenshots(self, directory):
        for scheme in ("light", "dark"):
            self.page.emulate_media(color_scheme=scheme)
            for name, width, height in SIZES:
                self.page.set_viewport_size({"width": width, "height": height})
                self.page.wait_for_timeout(600)
                overflow = self.page.evaluate("document.documentElement.scrollWidth - innerWidth")
                assert overflow <= 0, f"the page is {overflow} px too wide at {name}"
                self.page.screenshot(path=f"{directory}/dashboard-{name}-{scheme}.png")
        self.page.set_viewport_size({"width": 1440, "height": 900})
        self.page.emulate_media(color_scheme="light")

    def survives_a_restart(self, platform, directory):
        """Says that it reconnects, comes back by itself, and goes on showing new orders."""

        def while_down():
            self.page.wait_for_selector("[data-link=reconnecting]", timeout=15_000)
            self.page.wait_for_selector(".banner", timeout=20_000)
            if directory:
                self.page.screenshot(path=f"{directory}/dashboard-reconnecting.png")

        platform.restart(while_down)
        self.page.wait_for_selector("[data-link=live]", timeout=60_000)
        self.new_order_appears_with_its_payment()
        self.figures_agree_with_the_api()


def run(checks):
    failures = 0
    for check, *arguments in checks:
        name = check.__name__.replace("_", " ")
        began = time.monotonic()
        try:
            check(*arguments)
            print(f"ok      {name} ({time.monotonic() - began:.1f} s)", flush=True)
        except Exception:  # every check gets its turn; the exit code tells that one failed
            failures += 1
            print(f"FAILED  {name}\n{traceback.format_exc()}", flush=True)
    return failures


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--url", required=True, help="where the platform serves")
    parser.add_argument("--screenshots", help="an existing directory for screenshots")
    parser.add_argument("--start", help="command that runs the platform at --url")
    parser.add_argument("--restart", help="shell command that restarts the platform at --url")
    arguments = parser.parse_args()

    api = API(arguments.url)
    platform = Platform(api, arguments.start, arguments.restart)
    try:
        platform.start()
        with sync_playwright() as playwright:
            browser = launch(playwright)
            page = browser.new_page(viewport={"width": 1440, "height": 900}, color_scheme="light")
            watch = Watch(page)
            dashboard = Dashboard(api, page)
            checks = [
                (dashboard.shows_live_data,),
                (dashboard.figures_agree_with_the_api,),
                (dashboard.new_order_appears_with_its_payment,),
                (dashboard.suspicious_order_is_flagged,),
                (dashboard.order_opens_with_its_trail,),
                (dashboard.order_is_found_by_its_id,),
                (dashboard.form_shows_what_is_wrong_field_by_field,),
                (dashboard.system_status_shows_every_service,),
            ]
            checks += [(check,) for check in ProblemChecks(api, page).checks()]
            if arguments.screenshots:
                checks.append((dashboard.takes_screenshots, arguments.screenshots))
            checks.append((watch.saw_no_error_in_the_page,))
            if platform.can_restart:
                checks.append((dashboard.survives_a_restart, platform, arguments.screenshots))
                checks.append((watch.saw_no_exception_since,))
            failures = run(checks)
            if not platform.can_restart:
                print("not checked: reconnection (needs --start or --restart)")
            browser.close()
    finally:
        platform.stop()
    print("dashboard: all checks hold" if failures == 0 else f"dashboard: {failures} checks failed")
    return 1 if failures else 0


if __name__ == "__main__":
    sys.exit(main())
