import random


class Maze:
    def __init__(self, size, seed=None):
        self.size = size
        self.rng = random.Random(seed)
        self.walls = [[self.rng.random() < 0.3 for _ in range(size)] for _ in range(size)]

    def open_cells(self):
        return [(x, y) for y, row in enumerate(self.walls) for x, wall in enumerate(row) if not wall]

    def walk(self, steps):
        path = [self.rng.choice(self.open_cells())]
        for _ in range(steps):
            path.append(self.rng.choice(self.open_cells()))
        return path
