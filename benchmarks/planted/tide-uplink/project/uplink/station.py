import itertools
import time

from .pacing import Pacing


class LinkDown(Exception):
    pass


class Uplink:
    _ids = itertools.count(1)

    def __init__(self, modem, pacing=Pacing(), sleep=time.sleep):
        self.modem = modem
        self.pacing = pacing
        self.sleep = sleep
        self.serial = next(self._ids)

    def push(self, reading, attempts=6):
        waits = self.pacing.waits(attempts)
        while True:
            try:
                return self.modem.transmit(reading)
            except ConnectionError as error:
                pause = next(waits, None)
                if pause is None:
                    raise LinkDown(f"gave up after {attempts} attempts") from error
                self.sleep(pause)
