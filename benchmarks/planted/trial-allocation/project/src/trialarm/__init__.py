from .schedule import BlockSchedule
from .trial import Participant, Site, Trial

__all__ = ["BlockSchedule", "Participant", "Site", "Trial"]
