"""The settings of loggers, by name: a logger that a test configures often comes to be in that test.

PYTEST_DONT_REWRITE
"""

from __future__ import annotations

import sys
from functools import partial
from typing import Any

from flakemark.trace.fingerprint import instance_attributes, type_name
from flakemark.trace.state.pieces import Piece

PREFIX = "logger "
_DEFAULTS: dict[str, Any] = {"level": 0, "disabled": False, "propagate": True, "handlers": (), "filters": ()}


def logger_names() -> list[str]:
    """List all loggers that exist; empty where `logging` was never imported."""
    logging = sys.modules.get("logging")
    return ["root", *logging.root.manager.loggerDict] if logging is not None else []


def logger_pieces(name: str) -> list[Piece]:
    """Describe the settings of a logger that exists."""
    return [_logger_piece(name, attribute) for attribute in _DEFAULTS]


def new_logger_pieces(name: str) -> list[Piece]:
    """Describe a logger that was not there: to put it back means to give it what a new logger has."""
    pieces = []
    for attribute, default in _DEFAULTS.items():
        piece = _logger_piece(name, attribute)
        piece.was(default)
        piece.restore = partial(_reset, name, attribute)
        pieces.append(piece)
    return pieces


def forget_levels() -> None:
    """Loggers remember which levels are enabled; make them look again."""
    logging = sys.modules.get("logging")
    if logging is not None:
        logging.root.manager._clear_cache()


def _logger_piece(name: str, attribute: str) -> Piece:
    before = _setting(name, attribute)

    def restore() -> None:
        logger = _logger(name)
        if logger is not None:
            setattr(logger, attribute, list(before) if attribute == "handlers" else before)

    return Piece(f"{PREFIX}{name}.{attribute}", lambda: _setting(name, attribute), restore)


def _reset(name: str, attribute: str) -> None:
    logger, default = _logger(name), _DEFAULTS[attribute]
    if logger is not None:
        setattr(logger, attribute, list(default) if type(default) is tuple else default)


def _logger(name: str) -> Any:
    logging = sys.modules.get("logging")
    if logging is None:
        return None
    found = logging.root if name == "root" else logging.root.manager.loggerDict.get(name)
    return found if type_name(type(found)) in ("logging.Logger", "logging.RootLogger") else None


def _setting(name: str, attribute: str) -> Any:
    logger = _logger(name)
    value = _DEFAULTS[attribute] if logger is None else dict(instance_attributes(logger)).get(attribute)
    return tuple(value) if type(value) is list else value
