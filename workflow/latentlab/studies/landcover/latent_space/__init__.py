"""What latents of tiles hold: neighbours, linear probes and clusters, embeddings in two dimensions."""
