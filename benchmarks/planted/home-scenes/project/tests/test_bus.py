from hearth import Event

from .conftest import settle


async def test_listeners_of_other_topics_stay_quiet(bus):
    heard = []

    async def listener(event):
        heard.append(event.topic)

    bus.listen("doorbell", listener)
    bus.fire("weather", wind=3)
    await settle(5)
    assert heard == []


async def test_event_data(bus):
    heard = []

    async def listener(event):
        heard.append(event)

    bus.listen("doorbell", listener)
    bus.fire("doorbell", times=2)
    await bus.close()
    assert heard == [Event("doorbell", {"times": 2})]
