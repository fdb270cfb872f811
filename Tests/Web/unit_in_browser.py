"""Runs the unit tests' bundle in Chromium: for machines without node. Exit 0 when all pass."""

import sys

from browser import launch
from playwright.sync_api import sync_playwright


def main(bundle):
    with sync_playwright() as playwright:
        browser = launch(playwright)
        page = browser.new_page()
        with open(bundle, encoding="utf-8") as file:
            page.evaluate(file.read())
        page.wait_for_function("globalThis.unitResult !== undefined", timeout=20_000)
        result = page.evaluate("globalThis.unitResult")
        browser.close()
    for failure in result["failures"]:
        print(f"FAILED  {failure}")
    print(f"{result['passed']} passed, {len(result['failures'])} failed")
    return 1 if result["failures"] else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1]))
