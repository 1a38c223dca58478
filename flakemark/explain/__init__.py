"""Verdict, category, cause chain, confidence and advice, from what reproducing and isolating have shown.

    wording       what each kind of source is called, and what to do about it
    confidence    how sure we are, counted
    chain         from the cause to the assertion
    diagnosis     puts them together
"""
