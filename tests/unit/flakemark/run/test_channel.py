"""The channel: messages in order, whatever else is written to the descriptor."""

from __future__ import annotations

import socket
import threading
from collections.abc import Iterator

import pytest

from flakemark.run.channel import Channel, Closed


@pytest.fixture
def ends() -> Iterator[tuple[Channel, Channel]]:
    one, other = socket.socketpair()
    pair = Channel(one), Channel(other)
    yield pair
    for end in pair:
        end.close()


def test_messages_arrive_in_order_and_whole(ends: tuple[Channel, Channel]) -> None:
    sent = [{"op": "run", "text": "ä\n" * size} for size in (0, 1, 20_000)]
    for message in sent:
        ends[0].send(message)
    assert [ends[1].receive(1.0) for _ in sent] == sent


def test_a_message_larger_than_the_buffer_arrives(ends: tuple[Channel, Channel]) -> None:
    message = {"op": "run", "text": "x" * 3_000_000}
    thread = threading.Thread(target=ends[0].send, args=(message,))
    thread.start()
    assert ends[1].receive(10.0) == message
    thread.join()


@pytest.mark.parametrize("rubbish", [b"rubbish", b"\n\n", b"\xff\x00\n", b'{"op"', b"[1]\n", b"{}\n", b'"op"\n'])
def test_rubbish_between_messages_is_dropped(ends: tuple[Channel, Channel], rubbish: bytes) -> None:
    ends[0].send({"op": "one"})
    ends[0].end.sendall(rubbish)
    ends[0].send({"op": "two"})
    assert [ends[1].receive(1.0), ends[1].receive(1.0)] == [{"op": "one"}, {"op": "two"}]


def test_nothing_comes_within_the_time(ends: tuple[Channel, Channel]) -> None:
    assert ends[0].receive(0.01) is None


def test_a_closed_end_is_noticed_on_both_sides(ends: tuple[Channel, Channel]) -> None:
    ends[0].close()
    assert ends[0].closed
    for end in ends:
        with pytest.raises(Closed):
            end.receive(1.0)
    with pytest.raises(Closed):
        ends[0].send({"op": "run"})
