from zonekit.names import absolute, labels
from zonekit.records import Record, Zone
from zonekit.txt import from_rdata, to_rdata

__all__ = ["Record", "Zone", "absolute", "from_rdata", "labels", "to_rdata"]
