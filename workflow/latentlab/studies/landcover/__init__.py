"""Autoencoders of aerial images: eighteen architectures, and what their latents hold of the land cover."""
