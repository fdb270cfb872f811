"""Consumer groups: assignment, rebalance, commit and resume."""

import pytest
from broker import until
from clients.base import Message

PARTITIONS = 4


def make_topic(clients, name):
    """Made by whichever client can."""
    maker = next(client for client in clients.values() if "admin" in client.features)
    maker.create_topic(name, PARTITIONS)
    return maker


def fill(writer, topic, round_number, count=20):
    for partition in range(PARTITIONS):
        values = [f"{round_number}/{partition}/{index}".encode() for index in range(count)]
        writer.produce(topic, [Message(None, value, partition) for value in values])
    return {
        (partition, f"{round_number}/{partition}/{index}".encode())
        for partition in range(PARTITIONS)
        for index in range(count)
    }


def drain(members, expected):
    """Polls all members until together they have what is expected; who got what, in order."""
    received = {member: [] for member in members}

    def poll():
        for member in members:
            received[member] += member.poll()
        return sum(len(messages) for messages in received.values()) >= len(expected)

    until(poll, 30, f"the arrival of {len(expected)} records")
    everything = [(m.partition, m.value) for messages in received.values() for m in messages]
    assert sorted(everything) == sorted(expected)
    for messages in received.values():
        for partition in range(PARTITIONS):
            offsets = [message.offset for message in messages if message.partition == partition]
            assert offsets == sorted(offsets)
    return received


def settle(members):
    """Polls until the members share the partitions without overlap."""

    def shared():
        for member in members:
            assert member.poll() == []
        parts = [member.assignment() for member in members]
        whole = set().union(*parts) == set(range(PARTITIONS))
        return whole and sum(map(len, parts)) == PARTITIONS and all(parts)

    until(shared, 30, "an assignment that covers every partition once")


def test_two_members_share_and_take_over(client, clients, need, name):
    need("groups")
    writer = make_topic(clients, name)
    expected = fill(writer, name, 1)
    first = client.member(name, [name])
    members = [first]
    try:
        received = drain(members, expected)[first]
        commit(first, name, received)

        second = client.member(name, [name])
        members.append(second)
        settle(members)
        received = drain(members, fill(writer, name, 2))
        for member in members:
            assert {message.partition for message in received[member]} == member.assignment()
            commit(member, name, received[member])

        members.remove(second)
        second.close()
        settle(members)
        drain(members, fill(writer, name, 3))
    finally:
        for member in members:
            member.close()


def commit(member, topic, messages):
    if not hasattr(member, "commit"):
        # It commits by itself, and on leaving.
        return
    positions = {}
    for message in messages:
        positions[message.partition] = message.offset + 1
    member.commit(topic, positions)


def test_a_group_resumes_where_it_committed(client, need, name):
    need("commit")
    sent = [Message(None, str(index).encode()) for index in range(10)]
    client.produce(name, sent)
    member = client.member(name, [name])
    received = []

    def poll():
        received.extend(member.poll())
        return len(received) >= 10

    until(poll, 20, "the arrival of 10 records")
    member.commit(name, {0: 4})
    member.close()

    again = client.member(name, [name])
    rest = []

    def poll_again():
        rest.extend(again.poll())
        return len(rest) >= 6

    until(poll_again, 20, "the arrival of the 6 records that were not committed")
    again.close()
    assert [message.value for message in rest] == [message.value for message in sent[4:]]


def test_groups_are_listed_described_and_deleted(client, need, name):
    need("group-admin")
    client.create_topic(name, PARTITIONS)
    member = client.member(name, [name])
    until(lambda: member.poll() == [] and len(member.assignment()) == PARTITIONS, 20, "the assignment")
    member.commit(name, {0: 0, 2: 7})
    assert name in client.groups()
    until(lambda: client.describe_group(name) == ("stable", 1), 10, "a stable group")
    found = {key: offset for key, offset in client.group_offsets(name).items() if offset >= 0}
    assert found == {(name, 0): 0, (name, 2): 7}
    member.close()
    until(lambda: client.describe_group(name) == ("empty", 0), 10, "an empty group")
    if hasattr(client, "delete_group"):
        client.delete_group(name)
        assert name not in client.groups()


def test_a_static_member_keeps_its_partitions_while_it_restarts(client, need, name):
    need("static")
    client.create_topic(name, PARTITIONS)
    first = client.member(name, [name], "first")
    second = client.member(name, [name], "second")
    settle([first, second])
    held = first.assignment(), second.assignment()
    second.close()
    second = client.member(name, [name], "second")
    # Nothing is taken from the other meanwhile: there was no rebalance.
    until(lambda: first.poll() == second.poll() == [] and second.assignment(), 20, "the assignment")
    assert (first.assignment(), second.assignment()) == held
    first.close()
    second.close()


def test_kcat_resumes_behind_what_it_printed(clients, name):
    if "kcat" not in clients:
        pytest.skip("kcat is not among the clients")
    kcat = clients["kcat"]
    kcat.produce(name, [Message(None, str(index).encode()) for index in range(10)])
    arguments = ["-X", "auto.offset.reset=earliest", "-u", "-q", "-G", name, name]
    assert kcat.run("-c", "4", *arguments).split() == ["0", "1", "2", "3"]
    assert kcat.run("-c", "6", *arguments).split() == ["4", "5", "6", "7", "8", "9"]
