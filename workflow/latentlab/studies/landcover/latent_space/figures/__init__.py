"""Figures of latent spaces."""
