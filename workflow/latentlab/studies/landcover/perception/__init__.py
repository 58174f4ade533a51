"""Why the mean absolute error misleads: other measures of likeness, tried on constructed pictures."""
