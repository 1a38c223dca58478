import time
import uuid


class Notes:
    """Notes by the moment at which they were taken."""

    def __init__(self):
        self.book = uuid.uuid4().hex
        self._notes = {}

    def take(self, text):
        self._notes[time.time_ns()] = text  # CAUSE

    def texts(self):
        return list(self._notes.values())
