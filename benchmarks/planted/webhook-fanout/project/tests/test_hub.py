import asyncio

from hookhub import verify


async def test_count(hub):
    assert await hub.publish("invoice.paid", {"id": 7}) == 2
    assert await hub.publish("user.created", {"id": 1}) == 1
    await hub.close()


async def test_only_matching(hub, inbox):
    await hub.publish("parcel.sent", {"id": 12})
    await hub.close()
    assert inbox.urls() == ["https://crm.test/events", "https://depot.test/in"]


async def test_signature(hub, inbox):
    await hub.publish("user.created", {"id": 3})
    await asyncio.gather(*hub._running)
    [(_, body, headers)] = inbox.received
    assert body == {"payload": {"id": 3}, "topic": "user.created"}
    raw = b'{"payload": {"id": 3}, "topic": "user.created"}'
    assert verify("hush", headers["X-Delivery"], raw, headers["X-Signature"])


async def test_broken_receiver(hub, inbox):
    inbox.answers["https://books.test/hook"] = 503
    await hub.publish("invoice.paid", {"id": 8})
    await hub.close()
    assert inbox.calls["https://books.test/hook"] == 3
    assert hub.failed == [("https://books.test/hook", "invoice.paid")]


async def test_burst(hub, inbox):
    for number in range(4):
        await hub.publish("invoice.paid", {"id": number})
    await asyncio.sleep(0.02)
    ids = [body["payload"]["id"] for url, body, _ in inbox.received if "books" in url]
    assert sorted(ids) == [0, 1, 2, 3]
