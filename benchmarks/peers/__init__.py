"""What benchmarks/invariant_peers.py needs: other packages' models, scores and tables."""
