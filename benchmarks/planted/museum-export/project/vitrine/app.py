from __future__ import annotations

import argparse
import json
import sys
from pathlib import Path

from vitrine import formats


def parser() -> argparse.ArgumentParser:
    main = argparse.ArgumentParser(prog="vitrine")
    commands = main.add_subparsers(dest="command", required=True)
    commands.add_parser("formats")
    export = commands.add_parser("export")
    export.add_argument("catalogue", type=Path)
    export.add_argument("--format", default="plain")
    return main


def main(argv: list[str] | None = None) -> int:
    options = parser().parse_args(argv)
    formats.load_exporters()
    if options.command == "formats":
        print(*formats.names(), sep="\n")
        return 0
    objects = json.loads(options.catalogue.read_text(encoding="utf-8"))
    try:
        print(formats.export(objects, options.format))
    except formats.UnknownFormat as exc:
        print(exc, file=sys.stderr)
        return 2
    return 0
