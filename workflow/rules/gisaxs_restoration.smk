# Restoration of measured patterns: gaps filled and noise removed, beside methods that need no training.
