import random
import threading
import time
from collections import deque


class Head:
    def __init__(self):
        self.mm = 0

    def feed(self, mm):
        time.sleep(random.triangular(0.004, 0.009, 0.005))
        self.mm += mm


class Spooler:
    GRACE = 0.04

    def __init__(self, head=None):
        self.head = head or Head()
        self.jobs = deque()
        self.printed = []
        self._closing = False
        self._wake = threading.Condition()
        self._worker = threading.Thread(target=self._work, daemon=True)
        self._worker.start()

    def submit(self, text, copies=1):
        if self._closing:
            raise RuntimeError("spooler is closing")
        with self._wake:
            for copy in range(copies):
                self.jobs.append((text, copy + 1))
            self._wake.notify()

    def _work(self):
        while True:
            with self._wake:
                self._wake.wait_for(lambda: self.jobs or self._closing)
                if not self.jobs:
                    return
                job = self.jobs.popleft()
            self.head.feed(12)
            self.printed.append(job)

    def shutdown(self):
        with self._wake:
            self._closing = True
            self._wake.notify_all()
        self._worker.join(self.GRACE)
        return list(self.printed)
