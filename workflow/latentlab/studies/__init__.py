"""One folder a study. This file imports none of them: every module of a study would wait for them all."""
