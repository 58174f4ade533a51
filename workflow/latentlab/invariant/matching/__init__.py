"""Posterior by matching: each orientation and class is compared with what the decoder draws.

There is no encoder. See `matching.network`.
"""
