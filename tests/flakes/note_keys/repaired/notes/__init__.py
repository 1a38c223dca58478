import time
import uuid
from itertools import count


class Notes:
    """Notes by the moment at which they were taken."""

    def __init__(self):
        self.book = uuid.uuid4().hex
        self._notes = {}
        self._count = count()

    def take(self, text):
        self._notes[time.time_ns(), next(self._count)] = text

    def texts(self):
        return list(self._notes.values())
