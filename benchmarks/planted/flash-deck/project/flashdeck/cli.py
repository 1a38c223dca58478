import argparse
import json
import random
from pathlib import Path

CARDS = {
    "der Zaun": "fence",
    "die Schwelle": "threshold",
    "das Geländer": "railing",
    "der Giebel": "gable",
}


class Deck:
    def __init__(self, cards, state):
        self.cards = cards
        self.state = Path(state)
        self.boxes = {}
        if self.state.exists():
            self.boxes = json.loads(self.state.read_text())

    def fresh(self):
        return [front for front in self.cards if front not in self.boxes]

    def draw(self, limit, rng=random):
        pool = self.fresh()
        return rng.sample(pool, min(limit, len(pool)))

    def promote(self, front):
        self.boxes[front] = self.boxes.get(front, 0) + 1

    def save(self):
        self.state.write_text(json.dumps(self.boxes, ensure_ascii=False))


def build_parser():
    parser = argparse.ArgumentParser(prog="flashdeck")
    parser.add_argument("command", choices=["status", "learn"])
    parser.add_argument("--limit", type=int, default=2)
    parser.add_argument("--state", default="deck-state.json")
    return parser


def main(argv=None):
    args = build_parser().parse_args(argv)
    deck = Deck(CARDS, args.state)
    if args.command == "learn":
        for front in deck.draw(args.limit):
            deck.promote(front)
        deck.save()
    print(f"{len(deck.boxes)} learned, {len(deck.fresh())} new")
    return 0
