"""One folder per study. This file imports none of them: else importing one study would import them all."""
