"""Listens to a page for what a visitor would find in its console."""

CSP_LISTENER = """
window.cspViolations = [];
document.addEventListener('securitypolicyviolation', (event) => {
  window.cspViolations.push(event.violatedDirective + ' ' + event.blockedURI);
});
"""


class Watch:
    def __init__(self, page):
        self.page = page
        self.console, self.exceptions = [], []
        page.add_init_script(CSP_LISTENER)
        page.on("console", self._on_console)
        page.on("pageerror", lambda error: self.exceptions.append(str(error)))

    def _on_console(self, message):
        if message.type not in ("error", "warning"):
            return
        # Chromium reports every answer of 4xx and 5xx as an error. An order refused (422), one not stored yet (404) and
        # a delivery that cannot be asked for (503) are what checks bring about.
        address = (message.location or {}).get("url", "")
        expected = ("/api/orders" in address and ("422" in message.text or "404" in message.text)) or (
            address.split("?")[0].endswith("/redeliver") and "503" in message.text
        )
        if not expected:
            self.console.append(f"{message.type}: {message.text} ({address})")

    def saw_no_error_in_the_page(self):
        violations = self.page.evaluate("window.cspViolations")
        assert not violations, f"content security policy violated: {violations}"
        assert not self.console, f"console: {self.console}"
        assert not self.exceptions, f"exceptions: {self.exceptions}"

    def saw_no_exception_since(self):
        """While the server is away requests fail, and the console says so; exceptions there are none."""
        assert not self.exceptions, f"exceptions: {self.exceptions}"
        violations = self.page.evaluate("window.cspViolations")
        assert not violations, f"content security policy violated: {violations}"
