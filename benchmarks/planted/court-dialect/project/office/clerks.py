import random
import time
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass

from office.forms import title, use_language


@dataclass(frozen=True)
class Request:
    form: str
    lang: str | None = None


class Office:
    def __init__(self, clerks):
        self._pool = ThreadPoolExecutor(clerks, thread_name_prefix="clerk")

    def __enter__(self):
        return self

    def __exit__(self, *exc):
        self._pool.shutdown()

    def serve(self, request):
        if request.lang:
            use_language(request.lang)
        time.sleep(random.uniform(0.001, 0.004))
        return title(request.form)

    def queue(self, *requests):
        return list(self._pool.map(self.serve, requests))
