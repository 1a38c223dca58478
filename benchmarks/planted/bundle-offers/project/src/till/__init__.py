from till.catalog import Catalog, Product
from till.offers import Offers
from till.receipt import Receipt, ring_up

__all__ = ["Catalog", "Offers", "Product", "Receipt", "ring_up"]
