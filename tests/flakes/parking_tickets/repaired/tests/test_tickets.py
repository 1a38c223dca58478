import uuid

from parking.tickets import sell


def plate():
    return f"HH-{uuid.uuid4().hex[:4].upper()}"


class TestSelling:
    def test_label_names_the_car(self):
        car = plate()
        assert sell(car, 30).label.startswith(car)

    def test_ten_minutes_end_later(self):
        ticket = sell(plate(), 10)
        assert ticket.end > ticket.start
