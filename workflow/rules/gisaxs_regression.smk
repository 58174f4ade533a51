# Parameters of patterns from a network, with their uncertainty, beside the fit to the library.
