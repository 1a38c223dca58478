from labelprinter.labels import Label
from labelprinter.spool import Spool, SpoolBusy

__all__ = ["Label", "Spool", "SpoolBusy"]
