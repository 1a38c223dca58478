import json
import random
import threading
import time
from pathlib import Path


class Kitchen:
    def __init__(self, *dishes):
        self.dishes = dishes

    def price(self, dish):
        time.sleep(0.001)
        return 4 + len(dish) % 7


class Board:
    def __init__(self, path, kitchen):
        self.path = Path(path)
        self.kitchen = kitchen

    def post(self, day):
        with self.path.open("w") as board:
            board.write(json.dumps({"day": day}) + "\n")
            for dish in self.kitchen.dishes:
                board.write(json.dumps({"dish": dish, "price": self.kitchen.price(dish)}) + "\n")

    def read(self):
        with self.path.open() as board:
            head, *courses = [json.loads(line) for line in board]
        return head["day"], [course["dish"] for course in courses]


class Guest(threading.Thread):
    def __init__(self, board):
        super().__init__()
        self.board = board
        self.saw = None

    def run(self):
        time.sleep(random.uniform(0.0, 0.02))
        try:
            self.saw = self.board.read()
        except ValueError as exc:
            self.saw = repr(exc), []
