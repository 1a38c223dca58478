from datetime import datetime

from .scale import Weighing

LAYOUT = "%Y-%m-%dT%H:%M:%S.%f%z"


def to_line(weighing):
    return ";".join(
        [str(weighing.ticket), weighing.plate, str(weighing.kg), weighing.at.isoformat()]
    )


def from_line(line):
    ticket, plate, kg, at = line.split(";")
    return Weighing(int(ticket), plate, int(kg), datetime.strptime(at, LAYOUT))


def total(lines):
    return sum(int(line.split(";")[2]) for line in lines)
