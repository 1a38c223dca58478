import math
import os
from concurrent.futures import ThreadPoolExecutor


def lanes(limit=2):
    return max(1, min(limit, len(os.sched_getaffinity(0))))


def portions(fleeces, count):
    size = math.ceil(len(fleeces) / count) if fleeces else 1
    return [fleeces[at:at + size] for at in range(0, len(fleeces), size)]


def card(portion):
    return {"grams": sum(portion), "fleeces": len(portion)}


def card_all(fleeces, limit=2):
    count = lanes(limit)
    with ThreadPoolExecutor(count) as pool:
        return list(pool.map(card, portions(fleeces, count)))
