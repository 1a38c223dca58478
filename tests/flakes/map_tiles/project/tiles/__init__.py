import zlib


class Tiles:
    """Rendered tiles; each is rendered once."""

    def __init__(self):
        self._rendered = {}
        self.misses = 0

    def get(self, x, y):
        if (x, y) not in self._rendered:  # CAUSE
            self.misses += 1
            self._rendered[x, y] = self._render(x, y)  # CAUSE
        return self._rendered[x, y]

    def _render(self, x, y):
        return zlib.compress(f"{x}/{y}".encode() * 30_000, 9)
