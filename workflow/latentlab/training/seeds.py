"""One seed out of several numbers."""

FACTOR = 1_000_003  # a prime, larger than any epoch or place that is mixed in


def mixed_seed(seed: int, *numbers: int) -> int:
    """A seed for what is random at one place of a run, such as an epoch: equal only where all numbers are.

    Parameters
    ----------
    seed : the run's. numbers : epoch, place, ..., each below FACTOR.

    Returns
    -------
    int from 0 to 2**63 - 1, which torch's generators take.
    """
    for number in numbers:
        seed = seed * FACTOR + number
    return seed % 2**63
