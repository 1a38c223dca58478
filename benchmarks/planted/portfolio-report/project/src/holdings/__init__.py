from holdings.books import Book, Position
from holdings.valuation import Valuation, value_books

__all__ = ["Book", "Position", "Valuation", "value_books"]
