"""One seed from several numbers."""

FACTOR = 1_000_003  # a prime, larger than any epoch or index that is combined


def mixed_seed(seed: int, *numbers: int) -> int:
    """A seed for random numbers at one point of a run, such as an epoch: equal only if all numbers are equal.

    Parameters
    ----------
    seed : the run's. numbers : epoch, index, ..., each below FACTOR.

    Returns
    -------
    int from 0 to 2**63 - 1, which torch's generators take.
    """
    for number in numbers:
        seed = seed * FACTOR + number
    return seed % 2**63
