from hire.contracts import Contract, Instrument
from hire.schedule import Instalment, add_months, schedule

__all__ = ["Contract", "Instalment", "Instrument", "add_months", "schedule"]
