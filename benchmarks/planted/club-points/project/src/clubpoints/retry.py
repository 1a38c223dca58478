from __future__ import annotations

import functools
import random
import sqlite3
import time


def retry_when_busy(attempts: int = 60, pause: float = 0.001):
    """Repeat a transaction which found the database locked by another one."""

    def decorate(function):
        @functools.wraps(function)
        def wrapper(*args, **kwargs):
            for attempt in range(1, attempts + 1):
                try:
                    return function(*args, **kwargs)
                except sqlite3.OperationalError as error:
                    if "locked" not in str(error) or attempt == attempts:
                        raise
                time.sleep(pause * random.uniform(0.5, 1.5))

        return wrapper

    return decorate
