import http.client
import json
import threading
import time


class Unknown(KeyError):
    pass


class Shop:
    """One connection per thread, kept for the next question."""

    def __init__(self, address):
        self._address = address
        self._local = threading.local()

    def _connection(self):
        if not hasattr(self._local, "connection"):
            self._local.connection = http.client.HTTPConnection(*self._address, timeout=2)
        return self._local.connection

    def price(self, seed):
        connection = self._connection()
        connection.request("GET", f"/seeds/{seed}")
        response = connection.getresponse()
        payload = json.loads(response.read())
        if response.status == 404:
            raise Unknown(seed)
        return payload["price"]

    def close(self):
        self._connection().close()


def shopping_list(shop, seeds, think=None):
    total = 0.0
    for seed in seeds:
        total += shop.price(seed)
        if think is not None:
            time.sleep(think())
    return round(total, 2)
