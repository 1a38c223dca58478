import asyncio
import random

import pytest

from weighbridge import feed
from weighbridge.scale import Scale


@pytest.fixture
def scale():
    return Scale("gravel pit")


def test_tickets_count_up(scale):
    assert [scale.weigh("HH-X 1", 900).ticket for _ in range(3)] == [1, 2, 3]


def test_total(scale):
    loads = random.Random(4).sample(range(2_000, 40_000), 5)
    lines = [feed.to_line(scale.weigh("OD-Y 2", kg)) for kg in loads]
    assert feed.total(lines) == sum(loads)


def test_office_reads_what_scale_wrote(scale):
    async def transfer():
        queue = asyncio.Queue()
        weighing = scale.weigh("RZ-Z 77", 18_420)
        await queue.put(feed.to_line(weighing))
        return weighing, feed.from_line(await queue.get())

    sent, received = asyncio.run(transfer())
    assert received == sent


def test_bad_line():
    with pytest.raises(ValueError):
        feed.from_line("1;HH-X 1;900")
