import re
import uuid
from dataclasses import dataclass, field

WORD = re.compile(r"#(\w+)")


def extract(text):
    found = (word.lower() for word in WORD.findall(text))
    return list(set(found))  # CAUSE


@dataclass
class Post:
    text: str
    key: str = field(default_factory=lambda: str(uuid.uuid4()))

    @property
    def tags(self):
        return extract(self.text)

    def render(self):
        badges = " ".join(f"[{tag}]" for tag in self.tags)
        return f"{self.text.split('#')[0].strip()} {badges}".strip()
