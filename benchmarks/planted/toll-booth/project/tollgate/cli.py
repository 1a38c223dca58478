from __future__ import annotations

import argparse
import sys
from typing import Iterable, Sequence, TextIO

from tollgate import logs
from tollgate.lanes import Lane, pick


def replay(rows: Iterable[str], lanes: list[Lane]) -> int:
    vehicles = 0
    for row in rows:
        vehicle, _, paid = row.strip().partition(",")
        if paid:
            pick(lanes).charge(vehicle, int(paid))
            vehicles += 1
    return vehicles


def main(argv: Sequence[str] | None = None, stdin: TextIO | None = None) -> int:
    parser = argparse.ArgumentParser(prog="tollgate")
    parser.add_argument("--lanes", type=int, default=3)
    parser.add_argument("--verbose", action="store_true")
    args = parser.parse_args(argv)
    if args.lanes < 1:
        print("no lanes", file=sys.stderr)
        return 2
    logs.setup(args.verbose)
    lanes = [Lane(number) for number in range(1, args.lanes + 1)]
    vehicles = replay(stdin or sys.stdin, lanes)
    print(f"{vehicles} vehicles, {sum(lane.taken for lane in lanes)}")
    return 0
