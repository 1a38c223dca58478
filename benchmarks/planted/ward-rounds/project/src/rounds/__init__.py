from rounds.duty import NobodyOnDuty, Nurse, on_duty, sign_in, sign_out, stand_in
from rounds.notes import Chart, Note

__all__ = ["Chart", "NobodyOnDuty", "Note", "Nurse", "on_duty", "sign_in", "sign_out", "stand_in"]
