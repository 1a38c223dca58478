from alertrelay.alert import Alert, Severity
from alertrelay.relay import Relay

__all__ = ["Alert", "Relay", "Severity"]
