import time

import pytest

from .conftest import settle


async def test_scene_becomes_active(bus, runner):
    bus.fire("scene", name="night")
    await settle()
    assert runner.active == "night"


@pytest.mark.parametrize("name, lights", [("evening", 2), ("night", 3)])
async def test_lights_of_a_scene(runner, name, lights):
    assert len(runner.scenes[name].lights) == lights


async def test_unknown_scene(bus, runner, caplog):
    bus.fire("scene", name="party")
    await bus.close()
    assert runner.active is None
    assert "listener failed" in caplog.text


async def test_surprise(runner):
    assert runner.surprise() in runner.scenes


async def test_evening_is_on_record(bus, runner, history):
    bus.fire("scene", name="evening")
    await settle()
    assert history.values("hall") == ["on"]


async def test_closing_takes_all_along(bus, runner, history):
    started = time.time()
    bus.fire("scene", name="evening")
    bus.fire("scene", name="night")
    await bus.close()
    assert sorted(history.values("sofa")) == ["dim", "off"]
    assert time.time() >= started
