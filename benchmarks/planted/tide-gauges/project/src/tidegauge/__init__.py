from tidegauge.monitor import Monitor, Reading
from tidegauge.nmea import ChecksumError, parse, sentence

__all__ = ["ChecksumError", "Monitor", "Reading", "parse", "sentence"]
