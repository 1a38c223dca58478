"""Intervene on suspects, earliest first, until the outcome flips both ways.

    suspects      what could be forced, from the divergences
    flip          the interventions: screen, minimise, confirm
    minimise      the smallest set that still does it
    counting      how runs ended: both ways in turns
    clocks        two readings between which no time must pass
    order         which tests before it matter, the state that they share, the line that writes it
    identity      objects that are told apart by an id which another one may have by then
    timing        waits that are too short, signals that come early, work that nobody waits for or stops
    windows       races: where a pause between a read and a write decides
    lateness      making something late, and confirming what that shows
    workers       what a trace says about those who are at work beside the test

The nouns that come out are in flakemark.isolation.
"""
