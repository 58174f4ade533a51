"""Colours of grey tiles: what a network adds, beside regressions and neighbours."""
