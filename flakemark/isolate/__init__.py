"""Intervene on suspects, earliest first, until the outcome flips both ways.

    suspects      what could be forced, from the divergences
    flip          the interventions: screen, minimise, confirm
"""
