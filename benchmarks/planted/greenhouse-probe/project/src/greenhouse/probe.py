import threading
import time


class FakeBus:
    """One-wire bus with canned register values."""

    def __init__(self, **registers):
        self.registers = registers
        self.reads = 0

    def read(self, register):
        self.reads += 1
        raw = f"{register}:{self.registers[register]}\n".encode()
        with open("/dev/null", "wb") as wire:
            wire.write(raw)
        return self.registers[register]


class Probe:
    def __init__(self, bus, period=0.05):
        self.bus = bus
        self.period = period
        self.latest = {}
        self.errors = []
        self._online = threading.Event()
        self._halt = threading.Event()
        self._thread = None

    def open(self):
        self._thread = threading.Thread(target=self._loop, name="probe", daemon=True)
        self._thread.start()
        return self

    def close(self):
        self._halt.set()
        self._thread.join()

    def wait_online(self, timeout=2.0):
        if not self._online.wait(timeout):
            raise TimeoutError("probe did not come up")

    def _sample(self):
        reading = {name: self.bus.read(name) / 10 for name in self.bus.registers}
        reading["at"] = time.monotonic()
        return reading

    def _loop(self):
        self._online.set()
        while not self._halt.is_set():
            try:
                self.latest = self._sample()
            except KeyError as exc:
                self.errors.append(exc)
            self._halt.wait(self.period)
