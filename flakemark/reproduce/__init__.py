"""Get a passing and a failing run of the victim: repeat; if one is missing, perturb.

    search        the order in which runs are tried
    perturb       which perturbations a trace suggests, likeliest and cheapest first
    matching      whether a failure is *the* failure

What comes out is a flakemark.runs.Reproduction.
"""
