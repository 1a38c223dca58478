from __future__ import annotations

from collections import Counter
from concurrent.futures import ThreadPoolExecutor
from typing import Iterable

from wallet.account import Account, InsufficientFunds


class Desk:
    """Pays out what arrives from the cash machines."""

    def __init__(self, account: Account, counters: int = 4):
        self.account = account
        self.counters = counters

    def pay(self, cents: int) -> bool:
        try:
            self.account.withdraw(cents)
        except InsufficientFunds:
            return False
        return True

    def pay_all(self, amounts: Iterable[int]) -> Counter[bool]:
        with ThreadPoolExecutor(self.counters, thread_name_prefix="counter") as pool:
            return Counter(pool.map(self.pay, amounts))
