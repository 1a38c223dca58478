import os
from dataclasses import dataclass


@dataclass(frozen=True)
class Target:
    stage: str
    replicas: int

    @classmethod
    def current(cls):
        stage = os.environ.get("DEPLOY_STAGE", "staging")
        return cls(stage, replicas=6 if stage == "production" else 1)
