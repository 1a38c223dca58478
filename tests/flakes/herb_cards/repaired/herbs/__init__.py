import json
import uuid


class Drawer:
    """One file per card, named so that two people never write the same one."""

    def __init__(self, folder):
        self.folder = folder

    def add(self, name, picked):
        card = self.folder / f"{uuid.uuid4().hex}.json"
        card.write_text(json.dumps({"name": name, "picked": picked}), encoding="utf-8")

    def cards(self):
        return [json.loads(card.read_text(encoding="utf-8")) for card in self.folder.glob("*.json")]

    def by_year(self):
        return [card["name"] for card in sorted(self.cards(), key=lambda card: (card["picked"], card["name"]))]
