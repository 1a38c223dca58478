from __future__ import annotations

import re
import unicodedata
from collections import Counter

STOP = frozenset("a an and are as at be by for from in is it of on or the to was with".split())
WORD = re.compile(r"[a-z0-9]+")


def normalize(text: str) -> str:
    decomposed = unicodedata.normalize("NFKD", text.casefold())
    return "".join(char for char in decomposed if not unicodedata.combining(char))


def stem(word: str) -> str:
    for suffix in ("ings", "ing", "ies", "es", "s"):
        if word.endswith(suffix) and len(word) - len(suffix) > 2:
            return word[: -len(suffix)]
    return word


def count(text: str) -> Counter[str]:
    return Counter(stem(word) for word in WORD.findall(normalize(text)) if word not in STOP)
