"""What the dashboard shows when something is wrong: checked with answers altered on their way to the page."""

import stubs
from playwright.sync_api import expect
from stubs import Stubs


class ProblemChecks:
    def __init__(self, api, page):
        self.api, self.page = api, page

    def checks(self):
        return [
            self.problem_is_named_and_its_end_is_said_without_moving_the_page,
            self.store_that_is_away_is_said_by_an_api_without_a_list_of_problems,
            self.reconciler_is_one_line_and_its_findings_stand_out,
            self.dead_letters_are_counted_and_listed_with_their_commands,
            self.dead_letters_can_be_read_on_a_phone,
            self.deliveries_are_listed_and_posted_again,
            self.deliveries_can_be_read_on_a_phone,
            self.api_of_an_earlier_version_shows_nothing_of_it,
        ]

    def opened(self, *changes, address="/"):
        """A page whose platform is as `changes` say from the first answer on."""
        stub = Stubs(self.page)
        stub.say(*changes)
        self.page.goto("about:blank")
        self.page.goto(self.api.url + address)
        self.page.wait_for_selector("[data-link=live]", timeout=15_000)
        self.page.wait_for_selector("[data-service=payments]", timeout=15_000)
        return stub

    def top_of_the_figures(self):
        self.page.wait_for_timeout(100)
        return self.page.locator("#main").bounding_box()["y"]

    def problem_is_named_and_its_end_is_said_without_moving_the_page(self):
        page = self.page
        stub = self.opened(stubs.all_well)
        expect(page.locator(".banner")).to_have_count(0)
        top = self.top_of_the_figures()

        stub.say(stubs.all_well, stubs.payments_retry)
        banner = page.locator(".banner[data-problem=payments]")
        expect(banner).to_be_visible(timeout=10_000)
        for words in ("Payments retrying", stubs.UNREACHABLE, "since", "attempt 7"):
            expect(banner).to_contain_text(words)
        expect(page.get_by_role("status").filter(has_text="Payments retrying")).to_have_count(1)
        assert page.title().startswith("(!) Payments retrying"), page.title()
        assert self.top_of_the_figures() == top, "the page moved when something went wrong"

        details = banner.get_by_role("button", name="Details")
        details.focus()
        page.keyboard.press("Enter")
        expect(page.locator(".system-problem-item", has_text="dependency_unavailable")).to_be_visible()
        page.keyboard.press("Escape")
        expect(page.locator(".system-problem-item")).to_have_count(0)

        row = page.locator("[data-service=payments]")
        expect(row.locator(".state-warn")).to_have_text("Retrying")
        row.get_by_role("button").click()
        instances = page.get_by_role("list", name="Instances")
        expect(instances.locator("li")).to_have_count(2)
        expect(instances.locator("li", has_text="a1b2c3")).to_contain_text("Attempt 7")

        stub.say(stubs.all_well)
        expect(page.locator(".is-recovered")).to_contain_text("Payments recovered, after", timeout=10_000)
        expect(page.locator(".banner")).to_have_count(0)
        assert page.title() == "Orders", page.title()
        page.evaluate("scrollTo(0, 0)")
        assert self.top_of_the_figures() == top, "the page moved when it recovered"
        stub.stop()

    def store_that_is_away_is_said_by_an_api_without_a_list_of_problems(self):
        stub = self.opened(stubs.store_is_away)
        banner = self.page.locator(".banner-bad[data-problem=store]")
        expect(banner).to_contain_text("Store down")
        expect(banner).to_contain_text("no answer within 3.0 seconds")
        expect(self.page.get_by_role("alert").filter(has_text="Store down")).to_have_count(1)
        stub.stop()

    def reconciler_is_one_line_and_its_findings_stand_out(self):
        page = self.page
        stub = self.opened(stubs.all_well)
        line = page.locator("[data-reconciler=ok]")
        expect(line).to_contain_text("Reconciler: 100% of the last hour checked, 0 differences, 3 s behind")
        for status, words in (("behind", "behind by"), ("starting", "starting"), ("off", "off")):
            stub.say(stubs.all_well, stubs.reconciler(status, checked_through=stubs.ago(240)))
            expect(page.locator(f"[data-reconciler={status}]")).to_contain_text(words, timeout=10_000)
        stub.say(stubs.all_well, stubs.reconciler("findings", 5))
        expect(page.locator(".banner-bad[data-problem=reconciler]")).to_contain_text("5 findings", timeout=10_000)
        findings = page.get_by_role("list", name="Newest findings").locator("li")
        expect(findings).to_have_count(3)
        expect(findings.first).to_contain_text("order 4711")
        page.locator("[data-part=reconciler]").get_by_role("button").click()
        expect(findings).to_have_count(5)
        stub.stop()

    def dead_letters_are_counted_and_listed_with_their_commands(self):
        page = self.page
        stub = self.opened(stubs.all_well, stubs.dead_letters(12))
        expect(page.locator(".quiet-line")).to_contain_text("12 open dead letters")
        page.locator("[data-part=dead_letters]").get_by_role("button", name="12 open").click()
        sheet = page.get_by_role("dialog", name="Dead letters")
        letters = sheet.locator(".letter")
        expect(letters).to_have_count(2)
        sheet.get_by_role("button", name="Show more").click()
        expect(letters).to_have_count(3)
        expect(sheet.get_by_role("button", name="Show more")).to_have_count(0)

        stub.say(stubs.all_well, stubs.dead_letters(11))
        expect(sheet.get_by_text("The count has changed since")).to_be_visible(timeout=10_000)
        sheet.get_by_role("button", name="Refresh").click()
        expect(letters).to_have_count(2)
        expect(sheet.get_by_text("The count has changed since")).to_have_count(0)

        first, second = stubs.LETTERS[0], stubs.LETTERS[1]
        letters.nth(0).get_by_role("button", expanded=False).click()
        expect(letters.nth(0).locator("pre")).to_have_text(first["value"])
        bootstrap = self.api.get("/api/system")["broker"]["bootstrap"]
        kafka = "" if bootstrap == "127.0.0.1:9092" else f" --kafka {bootstrap}"
        id_ = first["id"]
        commands = [
            f"orders dlq {words}{kafka}"
            for words in (f"replay {id_}", f"replay {id_} --value-file FILE", f"discard {id_}")
        ]
        assert letters.nth(0).locator(".command-text").all_inner_texts() == commands
        letters.nth(1).get_by_role("button", expanded=False).click()
        expect(letters.nth(1).locator("pre")).to_contain_text("000000  ff 00 01 02")
        expect(letters.nth(1)).to_contain_text(
            f"orders, partition {second['origin']['partition']}, offset {second['origin']['offset']}"
        )
        expect(letters.nth(1)).to_contain_text("Failed again after 2 replays")

        sheet.get_by_label("Group").select_option("fraud-group")
        expect(letters).to_have_count(1)
        sheet.get_by_label("Code").fill("nonsense")
        expect(sheet.get_by_text("No dead letter matches")).to_be_visible()
        assert stub.queries[-1] == {"state": "open", "group": "fraud-group", "code": "nonsense", "limit": "25"}, (
            stub.queries[-1]
        )
        sheet.get_by_label("Code").fill("")
        sheet.get_by_role("button", name="Discarded").click()  # while the pause after typing still runs
        expect(sheet.locator(self.letter(stubs.LETTERS[4]))).to_be_visible()
        letters.nth(0).get_by_role("button", expanded=False).click()
        expect(letters.nth(0)).to_contain_text("The record has no value.")
        expect(sheet.locator(".command-text")).to_contain_text(
            [f"orders dlq replay {stubs.LETTERS[4]['id']} --state discarded"]
        )
        sheet.get_by_label("Group").select_option("")
        sheet.get_by_role("button", name="Replayed").click()
        expect(sheet.locator(self.letter(stubs.LETTERS[3]))).to_be_visible()
        letters.nth(0).get_by_role("button", expanded=False).click()
        expect(letters.nth(0)).to_contain_text("Failed again after 1 replay")
        expect(sheet.locator(".command-text")).to_have_count(0)
        page.keyboard.press("Escape")
        expect(sheet).to_have_count(0)
        stub.stop()

    @staticmethod
    def letter(letter):
        return f'[data-letter="{letter["id"]}"]'

    def dead_letters_can_be_read_on_a_phone(self):
        page = self.page
        page.set_viewport_size({"width": 390, "height": 844})
        stub = self.opened(stubs.all_well, stubs.dead_letters(12), stubs.payments_retry, address="/#/dead-letters")
        letters = page.locator(".letter")
        for index in range(2):
            letters.nth(index).get_by_role("button", expanded=False).click()
            overflow = page.locator(".sheet-body").evaluate("element => element.scrollWidth - element.clientWidth")
            assert overflow <= 0, f"dead letter {index} is {overflow} px too wide"
        overflow = page.evaluate("document.documentElement.scrollWidth - innerWidth")
        assert overflow <= 0, f"the page is {overflow} px too wide"
        stub.stop()
        page.set_viewport_size({"width": 1440, "height": 900})

    def deliveries_are_listed_and_posted_again(self):
        page = self.page
        stub = self.opened(stubs.all_well)
        expect(page.locator("[data-part=webhooks]")).to_have_count(0)
        stub.say(stubs.all_well, stubs.webhooks)
        page.locator("[data-part=webhooks]").get_by_role("button", name="Deliveries").click()
        sheet = page.get_by_role("dialog", name="Webhook deliveries")
        deliveries = sheet.locator(".delivery")
        expect(deliveries).to_have_count(2)
        expect(deliveries.nth(0)).to_contain_text("answered 503; given up")
        expect(deliveries.nth(0)).to_contain_text("31 attempts")
        expect(sheet).to_contain_text("there are older ones")

        stub.log_is_away = True
        deliveries.nth(0).get_by_role("button", name="Post again").click()
        expect(sheet.get_by_text("The request did not reach the log")).to_be_visible()
        stub.log_is_away = False
        deliveries.nth(0).get_by_role("button", name="Post again").click()
        expect(deliveries.nth(0).get_by_text("Is posted again")).to_be_visible()
        expect(sheet.get_by_text("The request did not reach the log")).to_have_count(0)
        failed = stubs.DELIVERIES[1]
        assert stub.redelivered == [("POST", failed["id"], failed["endpoint"])], stub.redelivered

        sheet.get_by_role("button", name="Waiting").click()
        expect(deliveries).to_have_count(1)
        expect(deliveries.nth(0)).to_contain_text("Not attempted yet")
        expect(deliveries.nth(0).get_by_role("button", name="Post again")).to_have_count(0)
        sheet.get_by_role("button", name="All").click()
        expect(deliveries).to_have_count(len(stubs.DELIVERIES))
        page.keyboard.press("Escape")
        expect(sheet).to_have_count(0)
        stub.stop()

    def deliveries_can_be_read_on_a_phone(self):
        page = self.page
        page.set_viewport_size({"width": 390, "height": 844})
        stub = self.opened(stubs.all_well, stubs.webhooks, address="/#/webhooks")
        expect(page.locator(".delivery")).to_have_count(2)
        overflow = page.locator(".sheet-body").evaluate("element => element.scrollWidth - element.clientWidth")
        assert overflow <= 0, f"the deliveries are {overflow} px too wide"
        overflow = page.evaluate("document.documentElement.scrollWidth - innerWidth")
        assert overflow <= 0, f"the page is {overflow} px too wide"
        stub.stop()
        page.set_viewport_size({"width": 1440, "height": 900})

    def api_of_an_earlier_version_shows_nothing_of_it(self):
        stub = self.opened()
        for selector in (".strip", ".banner", "[data-reconciler]", "[data-part]"):
            expect(self.page.locator(selector)).to_have_count(0)
        stub.stop()
        self.page.goto(self.api.url + "/")
        self.page.wait_for_selector("[data-link=live]", timeout=15_000)
