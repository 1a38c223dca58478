from hookhub.hub import Hub, Subscription
from hookhub.signing import sign, verify

__all__ = ["Hub", "Subscription", "sign", "verify"]
