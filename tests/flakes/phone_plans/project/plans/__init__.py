class Plan:
    fee = 10.0

    def bill(self, minutes):
        return self.fee


class Metered(Plan):
    fee = 4.0

    def bill(self, minutes):
        return self.fee + 0.1 * minutes


class Capped(Metered):
    def bill(self, minutes):
        return min(super().bill(minutes), 12.0)


CATALOGUE = [Plan(), Metered(), Capped()]
