"""The Debian package and the archive, installed in a container of the distribution. ORDERS_DIST names their folder."""

import os
import unittest

from composed import ROOT, run

DIST = os.environ.get("ORDERS_DIST")

# Fifty orders from the producer to the store, and the audit of them.
WORK = """
    $ORDERS up --config "$CONFIG" --http 127.0.0.1:0 --kafka 127.0.0.1:0 --rate 100 --count 50 --exit
    $ORDERS verify --data-dir "$ORDERS_DATA_DIR" --json
"""


@unittest.skipUnless(DIST, "ORDERS_DIST names no packages")
class Packages(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.base = run(str(ROOT / "scripts/base-image.sh")).stdout.strip().splitlines()[-1]

    def in_container(self, script, *options):
        return run(
            "docker", "run", "--rm", "--volume", f"{DIST}:/dist:ro", *options, self.base, "/bin/sh", "-euc", script
        ).stdout

    def test_the_debian_package_installs_with_what_it_needs_and_runs_as_its_own_user(self):
        out = self.in_container(
            """
            apt-get -qq update >/dev/null
            apt-get -qq install -y --no-install-recommends /dist/*.deb >/tmp/log 2>&1 || { cat /tmp/log; exit 1; }
            stat -c '%U %a %n' /var/lib/orders /etc/orders/orders.yaml
            cat >/tmp/work <<'S'
            set -eu
            export ORDERS=orders CONFIG=/etc/orders/orders.yaml
            export ORDERS_DATA_DIR=/var/lib/orders ORDERS_WEB=/usr/share/orders/web
            """
            + WORK
            + """
S
            setpriv --reuid orders --regid orders --clear-groups sh /tmp/work
            apt-get -qq purge -y orders >/dev/null
            ls /var/lib/orders/store/orders.sqlite
            """
        )
        self.assertIn("orders 750 /var/lib/orders\n", out)
        self.assertIn("root 640 /etc/orders/orders.yaml\n", out)
        self.assertRegex(out, r'"finding_count" *: *0')
        self.assertTrue(out.endswith("/var/lib/orders/store/orders.sqlite\n"), out[-300:])

    def test_the_archive_runs_where_none_of_its_libraries_is_installed(self):
        out = self.in_container(
            """
            mkdir /tmp/orders && tar xf /dist/*.tar.gz -C /tmp/orders --strip-components 1
            echo 'log.level: notice' >/tmp/orders.yaml
            export ORDERS=/tmp/orders/orders CONFIG=/tmp/orders.yaml ORDERS_DATA_DIR=/tmp/data
            """
            + WORK
        )
        self.assertRegex(out, r'"finding_count" *: *0')
