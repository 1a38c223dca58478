import asyncio

import pytest

from hearth import Bus, History, Scene, SceneRunner

EVENING = Scene("evening", {"sofa": "dim", "hall": "on"})
NIGHT = Scene("night", {"sofa": "off", "hall": "off", "porch": "on"})


async def settle(rounds=60):
    """Let the loop go round until the listeners have had their turn."""
    for _ in range(rounds):
        await asyncio.sleep(0)


@pytest.fixture
async def bus():
    bus = Bus()
    yield bus
    await bus.close()


@pytest.fixture
async def history(bus):
    history = History(bus)
    yield history
    await bus.close()
    history.close()


@pytest.fixture
async def runner(bus):
    return SceneRunner(bus, [EVENING, NIGHT])
