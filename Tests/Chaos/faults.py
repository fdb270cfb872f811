"""What goes wrong. Each fault is drawn from the run's seed, begins, holds for a while, and ends; it claims what it
touches, so that two do not fight over one thing."""

import contextlib
import shutil
import threading
import time

from confluent_kafka.admin import AdminClient, NewPartitions
from world import KEYED, TASKS

EVERYBODY = (*TASKS, "api")


class Fault:
    """`claims`: what it touches. `hold`: how long, in seconds. `excuses`: whether a process may fail to start
    meanwhile."""

    excuses = False

    def __init__(self, random):
        self.hold = 0.0
        self.claims = ()

    @classmethod
    def is_possible(cls, world):
        return True

    def begin(self, world):
        raise NotImplementedError

    def end(self, world):
        pass

    def __str__(self):
        return f"{type(self).__name__}({', '.join(self.claims)}, {self.hold:.1f} s)"


class KillService(Fault):
    def __init__(self, random):
        self.name = random.choice(EVERYBODY)
        self.claims, self.hold = (self.name,), random.uniform(0, 1)

    def begin(self, world):
        world.instances[self.name].kill(hold=True)

    def end(self, world):
        world.instances[self.name].start()


class KillBroker(Fault):
    excuses = True

    def __init__(self, random):
        self.claims, self.hold = ("broker",), random.choice([0.0, 0.0, random.uniform(0, 4)])

    def begin(self, world):
        world.instances["broker"].kill(hold=True)

    def end(self, world):
        world.instances["broker"].start()


class KillTogether(Fault):
    """The broker and some services at one moment, as when the machine's memory runs out."""

    excuses = True

    def __init__(self, random):
        self.names = ["broker", *random.sample(EVERYBODY, random.randint(1, len(EVERYBODY)))]
        self.claims, self.hold = tuple(self.names), random.uniform(0, 1)

    def begin(self, world):
        for name in self.names:
            world.instances[name].kill(hold=True)

    def end(self, world):
        for name in self.names:
            world.instances[name].start()


class KillRepeatedly(Fault):
    """A service that dies again while it is still coming up."""

    def __init__(self, random):
        self.name = random.choice(EVERYBODY)
        self.pauses = [random.uniform(0.1, 1.2) for _ in range(random.randint(2, 5))]
        self.claims, self.hold = (self.name,), 0.2

    def begin(self, world):
        for pause in self.pauses:
            world.instances[self.name].kill(hold=True)
            world.instances[self.name].start()
            time.sleep(pause)
        world.instances[self.name].kill(hold=True)

    def end(self, world):
        world.instances[self.name].start()


class StallService(Fault):
    """SIGSTOP for longer than the session: the group gives its work to others, and then it comes back."""

    def __init__(self, random):
        self.name = random.choice(TASKS)
        self.extra = random.uniform(0.5, 4)
        self.has_substitute = random.random() < 0.6
        self.claims, self.hold = (self.name,), self.extra

    def begin(self, world):
        self.hold = world.session_timeout + self.extra
        if self.has_substitute:
            self.substitute = world.add_task(self.name, f"{self.name}~substitute")
            time.sleep(2)
        world.instances[self.name].suspend()

    def end(self, world):
        world.instances[self.name].resume()
        if self.has_substitute:
            time.sleep(2)
            self.substitute.stop()
            world.retire(self.substitute)


class StallBroker(Fault):
    excuses = True

    def __init__(self, random):
        self.claims, self.hold = ("broker",), random.choice([random.uniform(0.2, 2), random.uniform(6.5, 9)])

    def begin(self, world):
        world.instances["broker"].suspend()

    def end(self, world):
        world.instances["broker"].resume()


class CutConnections(Fault):
    def __init__(self, random):
        self.share = random.choice([0.3, 0.7, 1.0])
        self.times = random.randint(1, 6)
        self.claims, self.hold = ("network",), 0.1

    def begin(self, world):
        for _ in range(self.times):
            world.proxy.ask("cut", share=self.share)
            time.sleep(0.15)


class CutInMidRequest(Fault):
    """Every connection ends after a random number of bytes, in the middle of whatever is on its way."""

    excuses = True

    def __init__(self, random):
        self.limit = random.choice([300, 5_000, 60_000])
        self.claims, self.hold = ("network",), random.uniform(1, 4)

    def begin(self, world):
        world.proxy.ask("set", cut_after=self.limit)

    def end(self, world):
        world.proxy.ask("set")


class SlowNetwork(Fault):
    def __init__(self, random):
        self.delay = random.choice([0.02, 0.1, 0.3])
        self.claims, self.hold = ("network",), random.uniform(1, 4)

    def begin(self, world):
        world.proxy.ask("set", delay=self.delay)

    def end(self, world):
        world.proxy.ask("set")


class SilentNetwork(Fault):
    """Nothing arrives and nothing is refused; then what waited arrives, or the connections are cut."""

    excuses = True

    def __init__(self, random):
        self.is_cut = random.random() < 0.5
        self.claims, self.hold = ("network",), random.uniform(1, 9)

    def begin(self, world):
        world.proxy.ask("set", silent=True)

    def end(self, world):
        if self.is_cut:
            world.proxy.ask("cut", share=1.0)
        world.proxy.ask("set")


class RefusedConnections(Fault):
    excuses = True

    def __init__(self, random):
        self.claims, self.hold = ("network",), random.uniform(0.5, 4)

    def begin(self, world):
        world.proxy.ask("set", refuse=True)
        world.proxy.ask("cut", share=1.0)

    def end(self, world):
        world.proxy.ask("set")


class SecondInstance(Fault):
    """Another member of a group joins for a while and leaves, asked to or killed."""

    count = 0

    def __init__(self, random):
        self.name = random.choice(TASKS)
        self.is_killed = random.random() < 0.5
        self.has_own_state = self.name in KEYED and random.random() < 0.5
        self.claims, self.hold = (f"{self.name}~second",), random.uniform(1, 8)

    def begin(self, world):
        SecondInstance.count += 1
        number = SecondInstance.count
        data = world.root / f"data-{self.name}-{number}" if self.has_own_state else None
        self.instance = world.add_task(self.name, f"{self.name}~{number}", data)

    def end(self, world):
        if not self.is_killed and not self.instance.stop():
            code = self.instance.process.returncode
            if not world.excuses and not time.monotonic() < world.excused_until:
                world.fail(
                    f"{self.instance.name} did not stop when it was asked to: {code}: "
                    + " | ".join(self.instance.tail(4))
                )
        world.retire(self.instance)


class DiskFull(Fault):
    excuses = True
    name = ""

    def begin(self, world):
        self.volume(world).fill()

    def end(self, world):
        self.volume(world).heal()

    @classmethod
    def is_possible(cls, world):
        return cls.volume(world).can_fill


class BrokerDiskFull(DiskFull):
    def __init__(self, random):
        # Now and then for so long that the journal has no place left either, or with a death and a recovery in the
        # midst.
        self.hold = random.choice([random.uniform(0.5, 5), random.uniform(0.5, 5), random.uniform(15, 30)])
        self.is_killed = random.random() < 0.4
        self.claims = ("broker-disk", "broker")

    def begin(self, world):
        super().begin(world)
        if self.is_killed:
            world.instances["broker"].kill()

    @classmethod
    def volume(cls, world):
        return world.broker_volume

    def end(self, world):
        super().end(world)
        # A broker that does not come back by itself is what a supervisor's liveness probe is for; it is told in the
        # report.
        if not world.is_flowing(timeout=20):
            world.restarts["broker (did not come back after a full disk)"] += 1
            world.instances["broker"].kill()


class StateDiskFull(DiskFull):
    """The disk of the services' state and of the order store."""

    def __init__(self, random):
        self.kills = random.choice([None, None, *KEYED, "sink", "api"])
        self.claims, self.hold = ("state-disk", *filter(None, [self.kills])), random.uniform(0.5, 5)

    @classmethod
    def volume(cls, world):
        return world.state_volume

    def begin(self, world):
        super().begin(world)
        if self.kills:
            world.instances[self.kills].kill()


class StateFault(Fault):
    def __init__(self, random):
        self.name = random.choice(KEYED)
        self.claims, self.hold = (self.name, f"{self.name}~second", "state-disk"), random.uniform(0, 1)

    def directory(self, world):
        return world.root / "data" / "state" / self.name

    def begin(self, world):
        world.instances[self.name].kill(hold=True)
        self.disturb(world)

    def end(self, world):
        world.instances[self.name].start()


class StateDeleted(StateFault):
    def __init__(self, random):
        super().__init__(random)
        self.name = random.choice(TASKS)
        self.claims = (self.name, f"{self.name}~second", "state-disk")

    def disturb(self, world):
        shutil.rmtree(self.directory(world), ignore_errors=True)


class StateFromThePast(StateFault):
    """A copy of long ago is put in place, as from a backup. The first time there is none yet, and one is made."""

    def disturb(self, world):
        directory, backup = self.directory(world), world.root / "backup" / self.name
        old = backup.with_suffix(".old")
        if backup.exists():
            shutil.rmtree(old, ignore_errors=True)
            backup.rename(old)
        if directory.exists():
            backup.parent.mkdir(exist_ok=True)
            shutil.copytree(directory, backup)
        if old.exists():
            shutil.rmtree(directory, ignore_errors=True)
            shutil.copytree(old, directory)


class StateTorn(StateFault):
    """A copy that was made while the files were written, and one of whose files is cut short: it cannot be trusted,
    and has to be made again."""

    def __init__(self, random):
        super().__init__(random)
        self.seed = random.random()

    def disturb(self, world):
        files = sorted(path for path in self.directory(world).glob("*/db/*") if path.is_file() and path.stat().st_size)
        for path in files[int(self.seed * len(files)) :][:2]:
            with open(path, "r+b") as file:
                file.truncate(path.stat().st_size // 2)


class StateSwapped(StateFault):
    """A second instance with state of its own works beside the first; then each finds the other's."""

    def begin(self, world):
        other = world.root / f"other-{self.name}"
        second = world.add_task(self.name, f"{self.name}~other", other)
        time.sleep(3)
        second.discard()
        world.instances[self.name].kill(hold=True)
        mine, theirs = self.directory(world), other / "state" / self.name
        if mine.exists() and theirs.exists():
            spare = world.root / f"spare-{self.name}"
            shutil.move(mine, spare)
            shutil.move(theirs, mine)
            shutil.move(spare, theirs)
        world.instances[self.name].start()
        second.start()
        time.sleep(3)
        second.stop()
        world.retire(second)


class StateShared(StateFault):
    """A living instance's directory is copied and another instance starts from the copy: both have the same
    transactional id, and must fence each other."""

    def __init__(self, random):
        super().__init__(random)
        self.hold = random.uniform(3, 8)

    def begin(self, world):
        copy = world.root / f"copy-{self.name}"
        shutil.rmtree(copy, ignore_errors=True)
        # Files come and go meanwhile: the copy is what it is.
        with contextlib.suppress(shutil.Error, FileNotFoundError):
            shutil.copytree(self.directory(world), copy / "state" / self.name)
        self.second = world.add_task(self.name, f"{self.name}~copy", copy)

    def end(self, world):
        self.second.discard()
        world.retire(self.second)


class GatewayTrouble(Fault):
    def __init__(self, random):
        self.mode = random.choice(["fail", "slow", "hang", "cut", "mixed"])
        self.claims, self.hold = ("gateway",), random.uniform(1, 6)

    def begin(self, world):
        world.gateway.ask("mode", mode=self.mode)

    def end(self, world):
        world.gateway.ask("mode", mode="ok")


class GatewayDown(Fault):
    def __init__(self, random):
        self.claims, self.hold = ("gateway",), random.uniform(0.5, 4)

    def begin(self, world):
        world.gateway.kill()

    def end(self, world):
        world.gateway.start()


RECEIVERS = ("webhook", "outcomes")


class WebhookTrouble(Fault):
    """Of the receiver of alerts, or of that of outcomes."""

    def __init__(self, random):
        self.receiver = random.choice(RECEIVERS)
        self.mode = random.choice(["fail", "slow", "hang", "cut", "mixed"])
        self.claims, self.hold = (self.receiver,), random.uniform(1, 6)

    def begin(self, world):
        getattr(world, self.receiver).ask("mode", mode=self.mode)

    def end(self, world):
        getattr(world, self.receiver).ask("mode", mode="ok")


class WebhookDown(Fault):
    def __init__(self, random):
        self.receiver = random.choice(RECEIVERS)
        self.claims, self.hold = (self.receiver,), random.uniform(0.5, 4)

    def begin(self, world):
        getattr(world, self.receiver).kill()

    def end(self, world):
        getattr(world, self.receiver).start()


class MorePartitions(Fault):
    """One click in a Kafka UI. Nothing ends it: topics never get fewer."""

    def __init__(self, random):
        self.topic = random.choice(["orders", "orders", "payments", "fraud-alerts", "order-analytics"])
        self.more = random.randint(1, 4)
        self.claims, self.hold = ("broker",), 0.2

    def begin(self, world):
        admin = AdminClient({"bootstrap.servers": world.kafka})
        count = len(admin.list_topics(self.topic, timeout=30).topics[self.topic].partitions)
        if count + self.more <= 24:
            admin.create_partitions([NewPartitions(self.topic, count + self.more)])[self.topic].result(30)

    def __str__(self):
        return f"MorePartitions({self.topic}, {self.more})"


# How often each comes, relative to the others. The upstream's repetitions are part of the load and happen all the time.
WEIGHTS = {
    KillService: 6,
    KillBroker: 4,
    KillTogether: 2,
    KillRepeatedly: 2,
    StallService: 3,
    StallBroker: 2,
    CutConnections: 4,
    CutInMidRequest: 3,
    SlowNetwork: 2,
    SilentNetwork: 2,
    RefusedConnections: 2,
    SecondInstance: 5,
    BrokerDiskFull: 2,
    StateDiskFull: 2,
    StateDeleted: 2,
    StateFromThePast: 2,
    StateTorn: 1,
    StateSwapped: 1,
    StateShared: 1,
    GatewayTrouble: 3,
    GatewayDown: 2,
    WebhookTrouble: 2,
    WebhookDown: 1,
    MorePartitions: 1,
}


class Claims:
    """Who touches what. A fault waits until what it wants is free, so that the order of faults stays the seed's."""

    def __init__(self):
        self.taken = set()
        self.condition = threading.Condition()

    def take(self, names, timeout=120):
        with self.condition:
            if not self.condition.wait_for(lambda: self.taken.isdisjoint(names), timeout):
                raise RuntimeError(f"{names} were not free within {timeout} s; taken: {self.taken}")
            self.taken.update(names)

    def give_back(self, names):
        with self.condition:
            self.taken.difference_update(names)
            self.condition.notify_all()


def plan(random, cycles, possible, longest=None):
    """The faults of each cycle: 1 to 3, more where there are few cycles, as each kind comes at least once.

    `longest`: how many seconds a fault may hold.
    """
    kinds, weights = zip(*((kind, weight) for kind, weight in WEIGHTS.items() if kind in possible), strict=True)
    due = list(kinds)
    random.shuffle(due)
    planned = []
    for cycle in range(cycles):
        count = random.choice([1, 1, 2, 2, 3])
        owed = -(-len(due) // (cycles - cycle))
        chosen = [due.pop() for _ in range(min(len(due), owed))]
        while len(chosen) < count:
            chosen.append(random.choices(kinds, weights)[0])
        faults = [kind(random) for kind in chosen]
        if longest is not None:
            for fault in faults:
                fault.hold = min(fault.hold, longest)
        planned.append((faults, random.uniform(1.2, 3.2)))
    return planned
