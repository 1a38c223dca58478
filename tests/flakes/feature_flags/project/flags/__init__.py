import json
import os
from functools import lru_cache


@lru_cache(maxsize=None)
def load():
    return json.loads(os.environ.get("FLAGS", '{"dark_mode": false}'))


def enabled(name):
    return load().get(name, False)  # CAUSE
