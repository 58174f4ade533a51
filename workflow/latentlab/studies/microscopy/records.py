"""What a run's record holds: a model's settings, its training, and how it meets its set."""

from __future__ import annotations

from dataclasses import fields

from latentlab.invariant.settings import Settings, Training

FROM_SET = ("shape", "target_shape", "condition")  # follow from the set's images
SETTINGS = tuple(each.name for each in fields(Settings) if each.name not in FROM_SET)
TRAINING = tuple(each.name for each in fields(Training))
OWN = ("data", "restores", "condition", "labelled", "seed")
KEYS = (*OWN, *SETTINGS, *TRAINING)
