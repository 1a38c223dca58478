from hookline import Dispatcher
from hookline.signing import sign, verify


class TestDelivery:
    def test_first_attempt(self, dispatcher, receiver):
        delivery = dispatcher.send("https://shop.example/hook", event="paid").wait(5)
        assert delivery.delivered
        assert receiver.events == ["paid"]

    def test_wrong_secret(self, receiver):
        dispatcher = Dispatcher(receiver, b"other")
        delivery = dispatcher.send("https://shop.example/hook", event="paid").wait(5)
        dispatcher.close()
        assert delivery.statuses == [401]

    def test_in_order(self, dispatcher, receiver):
        deliveries = [dispatcher.send("https://shop.example/hook", event=name) for name in ("new", "paid", "sent")]
        deliveries[-1].wait(5)
        assert receiver.events == ["new", "paid", "sent"]


class TestOutage:
    def test_short(self, dispatcher, receiver):
        receiver.outages = 1
        delivery = dispatcher.send("https://shop.example/hook", event="refund").wait()
        assert delivery.statuses == [503, 204]

    def test_longer(self, dispatcher, receiver):
        receiver.outages = 2
        delivery = dispatcher.send("https://shop.example/hook", event="refund").wait()
        assert delivery.delivered
        assert receiver.events == ["refund"]


def test_signature():
    headers = sign(b"k", {"a": 1, "b": 2})
    assert verify(b"k", {"b": 2, "a": 1}, headers)
    assert not verify(b"k", {"a": 2, "b": 1}, headers)
