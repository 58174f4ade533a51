"""How well a model of microstructures keeps what their spatial statistics say."""
