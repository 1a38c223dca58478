from phrasebook.catalog import catalog, close_catalog

__all__ = ["catalog", "close_catalog"]
