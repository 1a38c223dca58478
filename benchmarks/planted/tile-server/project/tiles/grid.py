from dataclasses import dataclass


@dataclass(frozen=True, order=True)
class Tile:
    zoom: int
    x: int
    y: int

    def children(self):
        for dy in (0, 1):
            for dx in (0, 1):
                yield Tile(self.zoom + 1, 2 * self.x + dx, 2 * self.y + dy)


def pyramid(depth):
    level = [Tile(0, 0, 0)]
    for _ in range(depth):
        yield from level
        level = [child for tile in level for child in tile.children()]
