"""Study: what invariant, conditional, joint and dual VAEs learn from images with known factors."""
