from __future__ import annotations

import os
import socket
from functools import lru_cache


@lru_cache
def host() -> str:
    return socket.gethostname().partition(".")[0]


def node_name(role: str) -> str:
    """A name for this process among those of the cluster."""
    return f"{role}@{host()}-{os.getpid()}"
