"""A composed platform is copied while it works, lost with its volumes, and brought back as docs/DEPLOY.md says."""

import os
import pathlib
import tempfile
import unittest

from composed import Composed


@unittest.skipUnless(os.environ.get("ORDERS_DIST"), "only with the packages: it takes a minute")
class ComposedBackup(unittest.TestCase):
    def test_what_was_accepted_before_it_is_there_again(self):
        platform = Composed(rate=50)
        self.addCleanup(platform.close)
        platform.compose("up", "--detach", "--wait", "--wait-timeout", "120")
        accepted = [
            platform.post({"customer_id": customer, "amount": 999.99, "currency": "USD", "country": "BR"})
            for customer in range(1, 101)
        ]
        with tempfile.TemporaryDirectory() as folder:
            # Another user writes it, in a container, and reads the list.
            backup = pathlib.Path(folder, "backup")
            backup.mkdir()
            for path in (pathlib.Path(folder), backup):
                path.chmod(0o777)
            ids = pathlib.Path(folder, "accepted")
            ids.write_text("".join(f"{order}\n" for order in accepted))
            ids.chmod(0o644)

            def tool(service, *command):
                at = ("--volume", f"{backup}:/backup", "--volume", f"{ids}:/accepted:ro")
                return platform.compose("run", "--rm", "--no-deps", *at, service, *command).stdout

            self.assertIn("copied the store", tool("sink", "backup", "/backup/store"))
            self.assertIn("copied the log", tool("broker", "backup", "/backup/log"))
            platform.compose("down", "--volumes", "--timeout", "1")
            self.assertIn("restored", tool("sink", "restore", "/backup/store"))
            self.assertIn("restored", tool("broker", "restore", "/backup/log"))
            platform.compose("up", "--detach", "--wait", "--wait-timeout", "120")
            platform.compose("stop", "producer")
            self.assertIn('"orders"', tool("verify", "verify", "--accepted", "/accepted", "--json"))
