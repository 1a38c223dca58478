from __future__ import annotations

import hashlib
import hmac
import json
import time


def sign(secret: bytes, payload: dict) -> dict[str, str]:
    body = json.dumps(payload, sort_keys=True)
    stamp = str(int(time.time()))
    mac = hmac.new(secret, f"{stamp}.{body}".encode(), hashlib.sha256).hexdigest()
    return {"X-Hook-Time": stamp, "X-Hook-Signature": mac}


def verify(secret: bytes, payload: dict, headers: dict[str, str]) -> bool:
    body = json.dumps(payload, sort_keys=True)
    mac = hmac.new(secret, f"{headers['X-Hook-Time']}.{body}".encode(), hashlib.sha256).hexdigest()
    return hmac.compare_digest(mac, headers["X-Hook-Signature"])
