from collections import Counter
from dataclasses import dataclass


@dataclass(frozen=True)
class Answer:
    person: str
    score: int


class Panel:
    def __init__(self, answers):
        self._answers = list(answers)

    def top(self, count):
        ranked = sorted(self._answers, key=lambda answer: (-answer.score, answer.person))
        return [answer.person for answer in ranked[:count]]

    def histogram(self):
        return Counter(answer.score for answer in self._answers)
