from gaugefeed.client import GaugeClient
from gaugefeed.wire import Reading

__all__ = ["GaugeClient", "Reading"]
