import base64
import hashlib
import hmac
from urllib.parse import parse_qs, urlsplit


def sign(badge, nonce, secret):
    message = f"{badge}.{nonce}".encode()
    return hmac.new(secret, message, hashlib.sha256).hexdigest()[:16]


def build(badge, nonce, secret, host="badges.example"):
    signature = sign(badge, nonce, secret)
    return f"https://{host}/b/{badge}?n={nonce}&s={signature}"


def verify(url, secret):
    parts = urlsplit(url)
    query = parse_qs(parts.query)
    badge = parts.path.rpartition("/")[2]
    expected = sign(badge, query["n"][0], secret)
    return hmac.compare_digest(expected, query["s"][0])


def printable(raw):
    return base64.b64encode(raw).decode()
