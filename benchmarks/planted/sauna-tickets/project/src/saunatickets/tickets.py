import hashlib
import hmac
import json
import time

from .keys import stretch


class Expired(Exception):
    pass


def _seal(claims, key):
    body = json.dumps(claims, sort_keys=True)
    return body + "|" + hmac.new(key, body.encode(), hashlib.sha256).hexdigest()


def issue(guest, pin, ttl=5400):
    claims = {"guest": guest, "iat": int(time.time())}
    key = stretch(pin)
    claims["exp"] = int(time.time()) + ttl
    return _seal(claims, key)


def read(ticket, pin, now=None):
    body, _, mac = ticket.rpartition("|")
    claims = json.loads(body)
    if not hmac.compare_digest(_seal(claims, stretch(pin)), body + "|" + mac):
        raise ValueError("forged ticket")
    if (now or time.time()) > claims["exp"]:
        raise Expired(claims["guest"])
    return claims
