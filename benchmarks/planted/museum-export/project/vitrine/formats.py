from __future__ import annotations

import importlib
import pkgutil
from collections.abc import Callable

Exporter = Callable[[list[dict]], str]

_exporters: dict[str, Exporter] = {}


class UnknownFormat(ValueError):
    def __init__(self, name: str):
        super().__init__(f"no such format: {name}")


def exporter(name: str) -> Callable[[Exporter], Exporter]:
    def register(function: Exporter) -> Exporter:
        _exporters[name] = function
        return function

    return register


def load_exporters() -> None:
    import vitrine.exporters as package

    for module in pkgutil.iter_modules(package.__path__):
        importlib.import_module(f"{package.__name__}.{module.name}")


def names() -> list[str]:
    return sorted(_exporters)


def export(objects: list[dict], name: str) -> str:
    try:
        function = _exporters[name]
    except KeyError:
        raise UnknownFormat(name) from None
    return function(objects)
