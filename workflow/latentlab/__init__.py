"""latentlab: autoencoders on scientific images, from the physics to the figure."""

__version__ = "0.1.0"
