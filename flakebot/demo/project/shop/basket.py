"""What a customer is about to buy."""

from shop.catalogue import price


class Basket:
    def __init__(self):
        self.quantities = {}
        self.codes = []

    def add(self, article, quantity=1):
        price(article)
        self.quantities[article] = self.quantities.get(article, 0) + quantity
        return self

    def redeem(self, code):
        self.codes.append(code.strip().upper())
        return self

    def subtotal(self):
        return sum(price(article) * quantity for article, quantity in self.quantities.items())
