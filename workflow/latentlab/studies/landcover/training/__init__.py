"""Training of autoencoders of aerial images: losses, the loop, its time."""
