"""Faults that a running platform shows: the image, the composition and the packages, on the engine of DOCKER_HOST."""

import os
import shutil

from faults import Fault

COMPOSE = "infra/compose/embedded.yaml"
IMAGE = "scripts/image.sh release orders:planted"
TEST = "cd Tests/Deploy && ORDERS_IMAGE={image} ORDERS_DIST=$PWD/../../dist python3 -m unittest --verbose {tests}"
RUN = "test_embedded.ComposedPlatform"


def composed(tests="test_embedded.ComposedPlatform"):
    return TEST.format(image="orders:test", tests=tests)


def rebuilt(tests):
    return f"{IMAGE} && {TEST.format(image='orders:planted', tests=tests)}"


def packed(tests):
    return f"scripts/package.sh release && {TEST.format(image='orders:test', tests=tests)}"


def prepare(folder, binary, run):
    """The image of the tree without faults, and the binary that the others are made of."""
    target = folder / ".build/release/orders"
    target.parent.mkdir(parents=True)
    # A link to a file of the same disk: it is large.
    try:
        os.link(binary, target)
    except OSError:
        shutil.copy2(binary, target)
    code, output, seconds = run("scripts/image.sh release orders:test", folder)
    if code:
        raise SystemExit(f"planted: the image cannot be made\n{output[-3000:]}")
    print(f"{output.splitlines()[-1]} ({seconds:.0f} s)", flush=True)


FAULTS = [
    Fault(
        "compose: a service that is not healthy",
        [(COMPOSE, "test: [CMD, orders, health, sink]", "test: [CMD, orders, health, sinks]")],
        composed(f"{RUN}.test_1_every_service_is_a_container_that_may_do_little"),
        r"sink-1 is unhealthy|container .*sink.* is unhealthy",
    ),
    Fault(
        "compose: a root that can be written",
        [(COMPOSE, "read_only: true", "read_only: false")],
        composed(f"{RUN}.test_1_every_service_is_a_container_that_may_do_little"),
        "ReadonlyRootfs",
    ),
    Fault(
        "compose: a log that a killed broker loses",
        [
            (
                COMPOSE,
                'volumes: ["broker:/var/lib/orders"]',
                'tmpfs: ["/tmp:size=16m,mode=1777", "/var/lib/orders:uid=10001,gid=10001"]',
            )
        ],
        composed(f"{RUN}.test_2_nothing_is_lost_when_containers_are_killed_under_load"),
        r"finding_count|accepted|AssertionError: (HTTP|within)[^\n]*",
    ),
    Fault(
        "compose: a service that is killed instead of stopped",
        [(COMPOSE, "stop_grace_period: 30s", "stop_grace_period: 30s\n  stop_signal: SIGKILL")],
        composed(f"{RUN}.test_3_every_service_stops_with_exit_0_within_its_grace"),
        "137 != 0",
    ),
    Fault(
        "compose.yaml: a service without the token of its page",
        [("infra/compose/compose.yaml", "secrets: [webhook-endpoints, metrics-token]", "secrets: [webhook-endpoints]")],
        composed("test_compose"),
        "METRICS_TOKEN_FILE names a file that is of no use",
    ),
    Fault(
        "compose.yaml: a process that nobody scrapes",
        [("infra/compose/prometheus/prometheus.yaml", "alerting, webhooks, producer]", "alerting, producer]")],
        composed("test_compose.ComposedOnRealParts.test_prometheus_scrapes_every_process"),
        r"missing \{\('orders-services'",
    ),
    Fault(
        "image: root runs it",
        [("Dockerfile", "USER 10001:10001\n", "")],
        rebuilt("test_embedded.Image.test_it_runs_as_its_own_user_and_has_no_shell"),
        "'' != '10001:10001'|10001:10001",
    ),
    Fault(
        "image: a shell in it",
        [("scripts/image-root.sh", "cp /etc/os-release", 'cp /bin/sh "$root/usr/bin/sh"\ncp /etc/os-release')],
        rebuilt("test_embedded.Image.test_it_runs_as_its_own_user_and_has_no_shell"),
        r"0 != 127",
    ),
    Fault(
        "image: a stop that process 1 does not take",
        [("Dockerfile", "STOPSIGNAL SIGTERM", "STOPSIGNAL SIGWINCH")],
        rebuilt("test_embedded.Image.test_a_service_that_is_still_starting_stops_with_exit_0_as_process_1"),
        "137 != 0",
    ),
    Fault(
        "image: 150 MB and more",
        [
            (
                "scripts/image-root.sh",
                "cp /etc/os-release",
                'head -c 60000000 /dev/urandom >"$root/usr/share/ballast"\ncp /etc/os-release',
            )
        ],
        IMAGE,
        "must stay below 150 MB",
    ),
    Fault(
        "package: a library that it does not ask for",
        [("scripts/package.sh", "Depends: ca-certificates, $depends", "Depends: ca-certificates")],
        packed("test_packages.Packages.test_the_debian_package_installs_with_what_it_needs_and_runs_as_its_own_user"),
        r"error while loading shared libraries: \S+",
    ),
    Fault(
        "archive: a library that is not in it",
        [
            (
                "scripts/package.sh",
                '*) cp -n "$library" "$root/lib/" ;;',
                '*librdkafka*) ;;\n      *) cp -n "$library" "$root/lib/" ;;',
            )
        ],
        packed("test_packages.Packages.test_the_archive_runs_where_none_of_its_libraries_is_installed"),
        r"error while loading shared libraries: librdkafka\S+",
    ),
]
