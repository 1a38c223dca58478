import hashlib
from concurrent.futures import ThreadPoolExecutor


class Renderer:
    def __init__(self):
        self._pool = ThreadPoolExecutor(max_workers=1)

    def page(self, number):
        return self._pool.submit(self._render, number)

    def _render(self, number):
        return hashlib.pbkdf2_hmac("sha256", b"page", str(number).encode(), 25_000).hex()

    def close(self):
        self._pool.shutdown()
