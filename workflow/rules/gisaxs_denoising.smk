# Denoising inside the codec: latents carried from one codec to another, and networks without a code beside it.
