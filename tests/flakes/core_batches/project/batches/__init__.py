import os
import uuid


class Batches:
    """Splits work among half of the cores."""

    def __init__(self, items):
        self.run = uuid.uuid4().hex
        self.items = list(items)

    def size(self):
        workers = os.cpu_count() // 2  # CAUSE
        return max(1, len(self.items) // workers)

    def split(self):
        size = self.size()
        return [self.items[start : start + size] for start in range(0, len(self.items), size)]
