"""Cards: glyphs turned, sheared and shifted by known amounts, after the lecture's cards data set."""
