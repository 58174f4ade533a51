"""Figures of the microstructure study: arrays in, a matplotlib figure out; nothing is computed twice."""
