from dataclasses import dataclass


@dataclass(frozen=True)
class Booking:
    guest: str
    party: str


def number_parties(bookings):
    parties = {booking.party for booking in bookings}  # CAUSE
    return {party: number for number, party in enumerate(parties, start=1)}  # CAUSE


def place_cards(bookings):
    tables = number_parties(bookings)
    return [f"{booking.guest} / table {tables[booking.party]}" for booking in bookings]
