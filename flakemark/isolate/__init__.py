"""Intervene on suspects, earliest first, until the outcome flips both ways.

    suspects      what could be forced, from the divergences
    flip          the interventions: screen, minimise, confirm
    minimise      the smallest set that still does it
    clocks        two readings between which no time must pass
    order         which tests before it matter, the state that they share, the line that writes it
    timing        waits, races, work that nobody waits for
    workers       what a trace says about those who are at work beside the test

The nouns that come out are in flakemark.isolation.
"""
