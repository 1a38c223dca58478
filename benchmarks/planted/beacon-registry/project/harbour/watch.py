import random
import threading
import time


class Watch:
    def __init__(self, registry):
        self.registry = registry
        self.lines = []
        self.alarms = []

    def round(self):
        for beacon in self.registry.snapshot():
            try:
                self.lines.append(beacon.status())
            except AttributeError as exc:
                self.alarms.append(f"{beacon.name}: {exc}")

    def patrol(self, pauses):
        for pause in pauses:
            time.sleep(pause)
            self.round()

    def begin(self, rounds):
        pauses = [random.uniform(0.004, 0.016) for _ in range(rounds)]
        thread = threading.Thread(target=self.patrol, args=(pauses,))
        thread.start()
        return thread
