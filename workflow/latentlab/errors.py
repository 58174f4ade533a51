"""Exceptions whose message is one clear sentence for the user."""


class LatentlabError(Exception):
    """Base of every error that a user can cause: its message is the whole explanation."""


class ConfigError(LatentlabError):
    """A configuration file or key is wrong; the message names both."""


class ArtifactError(LatentlabError):
    """An HDF5 artifact is missing, damaged or not of the expected kind or shape."""


class BitstreamError(LatentlabError):
    """A compressed file is truncated, altered or was written by another model."""


class TrainingError(LatentlabError):
    """A training ended before its last epoch."""


class FrameError(LatentlabError):
    """A detector frame cannot be used: unreadable, wrong shape, completely masked, negative or not finite."""


class InvariantError(LatentlabError, ValueError):
    """A setting, a training option or images of an invariant autoencoder cannot be used."""
