def thin(samples, keep):
    """Keep roughly `keep` evenly spaced samples, always including both ends."""
    if keep < 2:
        raise ValueError("keep at least two")
    if len(samples) <= keep:
        return list(samples)
    step = (len(samples) - 1) / (keep - 1)
    return [samples[round(i * step)] for i in range(keep)]


def normalise(samples):
    low, high = min(samples), max(samples)
    span = high - low
    return [(s - low) / span for s in samples]


def envelope(samples, width):
    return [max(samples[i : i + width]) for i in range(0, len(samples), width)]
