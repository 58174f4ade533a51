"""How well tiles are restored: measures, answers without training, curves, pictures, a table."""
