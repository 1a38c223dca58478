from __future__ import annotations

import logging
import logging.config

CONFIG = {
    "version": 1,
    "formatters": {"short": {"format": "%(levelname).1s %(name)s: %(message)s"}},
    "handlers": {"stderr": {"class": "logging.StreamHandler", "formatter": "short"}},
    "root": {"handlers": ["stderr"], "level": "INFO"},
}


def setup(verbose: bool = False) -> None:
    logging.config.dictConfig(CONFIG)
    if verbose:
        logging.getLogger().setLevel(logging.DEBUG)
