"""Principal components of the autocorrelations: what the document's VAE should improve on."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import torch
from sklearn.decomposition import PCA

from latentlab.errors import ArtifactError
from latentlab.studies.lines.evaluation.image_sets import Blocks, check_images, image_slices
from latentlab.studies.lines.line_statistics import autocorrelation_of_features, line_features


@dataclass(frozen=True)
class StatisticsPCA:
    """First principal components of the lines' autocorrelations; invariant to shifts of the image.

    Fit on `line_statistics.line_features`, whose distances are those of the autocorrelations: the same
    components at half the length.

    mean : float32 (length,). components : float32 (k, length), orthonormal rows.
    explained : float64 (k,) shares of the variance of the autocorrelations. side : of the images, px.

    Source: document, introduction and section 1 (Paulson et al. 2017).
    """

    mean: torch.Tensor
    components: torch.Tensor
    explained: np.ndarray
    side: int

    @classmethod
    def fit(
        cls, blocks: Blocks, side: int, *, components: int = 9, most: int = 5000, seed: int = 0
    ) -> StatisticsPCA:
        """Components of the first `most` images of a set.

        Parameters
        ----------
        blocks : the set in slices, see `image_sets.image_slices`; in any order.
        side : of the images in px.
        components : their number k.
        most : images taken at most; bounds the memory, about 8 bytes x `most` x side^2.
        seed : of the randomised decomposition.

        Raises
        ------
        ArtifactError : no images, images of another size, or not more than k of them.
        """
        features, found = [], 0
        for images in image_slices(blocks, side, 512):
            features.append(line_features(images[: most - found].float()).cpu())
            found += len(features[-1])
            if found == most:
                break
        if found <= components:
            raise ArtifactError(
                f"{components} principal components need more images than that, found {found}"
            )
        pca = PCA(components, svd_solver="randomized", random_state=seed).fit(torch.cat(features).numpy())
        return cls(
            torch.from_numpy(pca.mean_.astype(np.float32)),
            torch.from_numpy(pca.components_.astype(np.float32)),
            pca.explained_variance_ratio_.astype(np.float64),
            side,
        )

    def encode(self, images: torch.Tensor) -> torch.Tensor:
        """Codes float32 (n, k) of images (n, side, side); root-mean-square values per pixel of f."""
        check_images(images)
        if images.shape[-1] != self.side:
            raise ArtifactError(f"expected images {self.side} pixels wide, found {images.shape[-1]}")
        return (line_features(images.float()) - self.mean) @ self.components.T

    def decode(self, codes: torch.Tensor) -> torch.Tensor:
        """Autocorrelations float32 (n, side, side), centred, of codes (n, k)."""
        return autocorrelation_of_features(self.mean + codes @ self.components, self.side)
