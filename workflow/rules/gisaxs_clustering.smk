# Clusters in the latent space: sparse autoencoders, what their clusters hold, and what other methods find.
