from __future__ import annotations

import argparse
import sys

from labelkit import layout, options, profiles


def build_parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="labelkit")
    parser.add_argument("text", nargs="+")
    parser.add_argument("--profile", default="jar")
    parser.add_argument("--set", dest="settings", metavar="KEY=VALUE", action="append", default=[])
    parser.add_argument("--serial", action="store_true")
    return parser


def main(argv: list[str] | None = None) -> int:
    args = build_parser().parse_args(argv)
    try:
        values = dict(options.parse(setting) for setting in args.settings)
        profile = options.override(profiles.load(args.profile), values)
    except (ValueError, LookupError) as error:
        print(error, file=sys.stderr)
        return 2
    for x, y, label in layout.place([layout.Label(text) for text in args.text], profile):
        print(f"TEXT {x},{y},{label.text}" + (f",{label.serial}" if args.serial else ""))
    return 0
