import random
import time
import uuid
from dataclasses import dataclass, field


@dataclass(order=True)
class Session:
    started: float = field(default_factory=time.monotonic)
    key: str = field(default_factory=lambda: uuid.uuid4().hex)
    shard: int = field(default_factory=lambda: random.randrange(16))

    def __hash__(self):
        return hash(self.key)


class Store:
    def __init__(self):
        self.sessions = {}

    def open(self):
        session = Session()
        self.sessions[session.key] = session
        return session

    def by_shard(self):
        shards = {}
        for session in set(self.sessions.values()):
            shards.setdefault(session.shard, []).append(session)
        return shards
