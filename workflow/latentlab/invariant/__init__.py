"""Invariant variational autoencoders: one family, composed of settings."""
