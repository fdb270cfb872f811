"""The run: a platform of processes under load, faults in an order that the seed decides, and the judgement at the
end."""

import argparse
import collections
import random
import shutil
import signal
import sys
import tempfile
import threading
import time
from pathlib import Path

from checks import check, describe_stuck, drain
from faults import WEIGHTS, Claims, plan
from world import World


class Run:
    def __init__(self, options):
        self.options = options
        self.root = Path(tempfile.mkdtemp(prefix="orders-chaos-", dir=options.directory))
        self.world = World(
            self.root, options.seed, session_timeout=3.0 if options.brief else 6.0, megabytes=options.disk
        )
        self.claims = Claims()
        self.done = collections.Counter()
        self.threads = []
        self.began = time.monotonic()
        self.world.is_flowing = self.is_flowing

    def say(self, text):
        print(f"[{time.monotonic() - self.began:7.1f}] {text}", flush=True)

    def execute(self):
        options, world = self.options, self.world
        possible = [kind for kind in WEIGHTS if kind.is_possible(world)]
        for volume in (world.broker_volume, world.state_volume):
            if not volume.can_fill:
                self.say(f"SKIPPED: the disk of {volume.path.name} is never full, because {volume.why_not}")
        if options.only:
            possible = [kind for kind in possible if kind.__name__ in options.only.split(",")]
        cycles = plan(random.Random(options.seed), options.cycles, possible, longest=3.0 if options.brief else None)
        self.say(f"{options.cycles} cycles, seed {options.seed}, {options.rate} orders/s; logs in {self.root}/logs")
        world.start()
        world.upstream.ask("rate", rate=options.rate)
        time.sleep(2)
        for number, (faults, pause) in enumerate(cycles, 1):
            for fault in faults:
                self.begin(number, fault)
            time.sleep(pause)
            if world.failures:
                self.say("stops here, as something failed already")
                break
            if number % 20 == 0:
                self.progress(number)
        for thread in self.threads:
            thread.join(120)
        if any(thread.is_alive() for thread in self.threads):
            world.fail("a fault did not end within 2 minutes")

    def begin(self, number, fault):
        self.claims.take(fault.claims)
        if not self.options.quiet:
            self.say(f"cycle {number}: {fault}")
        thread = threading.Thread(target=self.carry_out, args=(fault,), daemon=True)
        self.threads = [thread for thread in self.threads if thread.is_alive()] + [thread]
        thread.start()

    def carry_out(self, fault):
        name = type(fault).__name__
        if fault.excuses:
            self.world.excuse(name)
        try:
            fault.begin(self.world)
            time.sleep(fault.hold)
            self.done[name] += 1
        except Exception as error:  # The run must go on to its end, and say so.
            self.world.fail(f"{fault} could not be made: {error!r}")
        finally:
            try:
                fault.end(self.world)
            except Exception as error:
                self.world.fail(f"{fault} could not be ended: {error!r}")
            if fault.excuses:
                self.world.excuse_over(name)
            self.claims.give_back(fault.claims)

    def is_flowing(self, timeout):
        """Whether the upstream's orders are acknowledged by the broker."""
        first = self.world.upstream.ask("stats").get("acknowledged_kafka", 0)
        deadline = time.monotonic() + timeout
        while time.monotonic() < deadline:
            time.sleep(0.2)
            if self.world.upstream.ask("stats").get("acknowledged_kafka", 0) > first:
                return True
        return False

    def progress(self, number):
        stats = self.world.upstream.ask("stats")
        self.say(
            f"after {number} cycles: {stats.get('orders', 0)} orders made, "
            f"{stats.get('acknowledged', 0)} events acknowledged, "
            f"{stats['outstanding']} on their way, {sum(self.done.values())} faults"
        )

    def judge(self):
        world, options = self.world, self.options
        world.upstream.ask("rate", rate=0)
        self.say("everything is healed; draining")
        began = time.monotonic()
        while (stats := world.upstream.ask("stats"))["outstanding"]:
            if time.monotonic() - began > options.patience:
                world.fail(f"{stats['outstanding']} events of the upstream were never acknowledged")
                break
            time.sleep(0.2)
        stuck = drain(world, options.patience, self.say)
        if stuck:
            describe_stuck(world, stuck)
            world.fail(f"not drained within {options.patience} s")
        self.drained_in = time.monotonic() - began
        self.stats = world.upstream.ask("stats")
        for problem in self.stats["problems"]:
            world.fail(f"upstream: {problem}")
        everyone = [*world.instances.values(), *world.retired]
        self.peaks, self.starts = {}, collections.Counter()
        for instance in everyone:
            name = instance.name.split("~")[0]
            self.starts[name] += instance.starts
            self.peaks[name] = max(self.peaks.get(name, 0), instance.peak_kilobytes >> 10)
        for name, megabytes in self.peaks.items():
            if megabytes > options.memory:
                world.fail(f"{name} grew to {megabytes} MiB; {options.memory} MiB are the bound")
        self.wrong, self.counts = check(world)

    def report(self):
        stats = self.stats

        def line(pairs):
            return ", ".join(f"{name} {value}" for name, value in sorted(pairs.items()))

        gateway = {k: v for k, v in self.world.gateway.ask("stats").items() if "problem" not in k}
        outcomes = {k: v for k, v in self.world.outcomes.ask("stats").items() if k != "problems"}
        webhook = {k: v for k, v in self.world.webhook.ask("stats").items() if k != "problems"}
        took = f"{time.monotonic() - self.began:.0f} s, drained in {self.drained_in:.0f} s"
        print(
            f"""
chaos: {self.options.cycles} cycles, seed {self.options.seed}, {took}
  upstream:      {line({k: v for k, v in stats.items() if k not in ("problems",)})}
  faults:        {sum(self.done.values())}: {line(self.done)}
  starts:        {line(self.starts)}
  by supervisor: {line(self.world.restarts) or "none"}
  failed starts: {line(self.world.failed_starts) or "none"}
  network:       {line(self.world.proxy.ask("stats"))}
  gateway:       {line(gateway)} (since its last start)
  webhook:       {line(webhook)} (since its last start)
  outcomes:      {line(outcomes)} (since its last start)
  memory, peak:  {line({k: f"{v} MiB" for k, v in self.peaks.items()})}
  verify:        {line(self.counts)}""",
            flush=True,
        )


def main():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--cycles", type=int, default=20)
    parser.add_argument("--seed", type=int, default=None)
    parser.add_argument("--rate", type=int, default=400, help="orders a second")
    parser.add_argument("--brief", action="store_true", help="short faults and sessions, for a short run")
    parser.add_argument("--patience", type=int, default=480, help="seconds until everything must have drained")
    parser.add_argument("--memory", type=int, default=900, help="the most MiB that a process may hold")
    parser.add_argument("--disk", type=int, default=4096, help="MiB of each of the small disks")
    parser.add_argument("--only", help="names of faults, comma-separated")
    parser.add_argument("--directory", default=None, help="where the run's directory is made")
    parser.add_argument("--keep", action="store_true", help="keep the directory also after success")
    parser.add_argument("--quiet", action="store_true", help="do not tell of each fault")
    options = parser.parse_args()
    if options.seed is None:
        options.seed = random.SystemRandom().randrange(10**6)
    # Whoever ends the run with SIGTERM (a timeout, a CI) leaves no process behind.
    signal.signal(signal.SIGTERM, lambda *_: signal.raise_signal(signal.SIGINT))
    run = Run(options)
    wrong = []
    try:
        run.execute()
        run.judge()
        run.report()
        wrong = run.wrong
    except (Exception, KeyboardInterrupt) as error:
        wrong = [*run.world.failures, f"the run itself failed: {error!r}"]
        if not isinstance(error, RuntimeError):
            import traceback

            traceback.print_exc()
    finally:
        run.world.end()
    is_kept = bool(wrong) or options.keep
    for volume in (run.world.broker_volume, run.world.state_volume):
        if is_kept:
            volume.keep(run.root / "kept" / volume.path.name)
        volume.unmount()
    if wrong:
        print(f"\nchaos: FAILED, {len(wrong)} findings:")
        for finding in wrong[:40]:
            print(f"  - {finding}")
        print(
            f"  look at:  {run.root} (logs, verify.json, kept/)\n"
            f"  again:    make chaos CYCLES={options.cycles} SEED={options.seed}"
        )
        sys.exit(1)
    if not is_kept:
        shutil.rmtree(run.root, ignore_errors=True)
    print("chaos: passed")


if __name__ == "__main__":
    main()
