from __future__ import annotations

import hashlib
import hmac

ROUNDS = 1500


def derive_key(secret: str, salt: str) -> bytes:
    return hashlib.pbkdf2_hmac("sha256", secret.encode(), salt.encode(), ROUNDS)


def sign(secret: str, delivery_id: str, body: bytes) -> str:
    key = derive_key(secret, delivery_id)
    return "v1=" + hmac.new(key, body, "sha256").hexdigest()


def verify(secret: str, delivery_id: str, body: bytes, signature: str) -> bool:
    return hmac.compare_digest(sign(secret, delivery_id, body), signature)
