"""Find atoms in an image: spacing from the image itself, maxima above the noise, places below a pixel."""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np
from scipy.ndimage import gaussian_laplace, map_coordinates
from scipy.spatial import cKDTree

from latentlab.errors import FrameError

NOISE = 4.0  # standard deviations of the filtered noise that a maximum must exceed
FAINTEST = 0.08  # of the bright maxima (90th percentile): fainter ones are no atoms
SIGMA = 0.2  # standard deviation of an atom's image, in spacings of neighbours, where nothing else is known
LEAST_SPACING = 4.0  # px: below it, atoms have too few pixels for a place
PEAK = 0.08  # autocorrelation above which a maximum counts as order: chance gives less
IMMERKAER = np.array([[1, -2, 1], [-2, 4, -2], [1, -2, 1]])


@dataclass(frozen=True)
class Found:
    """Atoms in an image.

    Attributes
    ----------
    x, y : float64 (n,), px: column and row, 0 = the first pixel's centre.
    height : float64 (n,), of the fitted Gaussian above its surroundings, in the image's grey values.
    width : float64 (n,), its standard deviation, px.
    spacing : distance of nearest neighbours, px: the lower quartile, of the closest-packed phase.
    """

    x: np.ndarray
    y: np.ndarray
    height: np.ndarray
    width: np.ndarray
    spacing: float

    def __len__(self) -> int:
        return len(self.x)


def find_atoms(image: np.ndarray, spacing: float | None = None, refine: str = "gaussian") -> Found:
    """Maxima of the Laplacian of Gaussian above the image's noise, with places below a pixel.

    The filter's width is a fifth of the spacing, maxima are at least 0.3 spacings apart. The threshold is
    four standard deviations of the filtered noise (the image's noise by Immerkaer 1996), at least 8 % of the
    bright maxima.

    Parameters
    ----------
    image : (h, w), atoms bright. spacing : of neighbours, px; None: estimated from the image.
    refine : gaussian (a two-dimensional Gaussian and its background fitted to each atom) or centroid
        (centre of mass under a Gaussian window, iterated).

    Raises
    ------
    FrameError : no periodic order (`atom_spacing`), or no maximum above the noise.
    """
    image, given = np.asarray(image, dtype=float), spacing is not None
    if not given:
        # order may repeat only after the second neighbour (graphene), or differ between phases
        peaks = _maxima(image, atom_spacing(image))
        spacing = _neighbour_distance(peaks)
    spacing = float(spacing)
    peaks = _maxima(image, spacing)
    places = {"gaussian": _gaussian_fits, "centroid": _centroids}[refine](image, peaks.astype(float), spacing)
    found = _distinct(*places, spacing=spacing)
    # from places below a pixel, as those of maxima are whole numbers
    return (
        found if given else replace(found, spacing=_neighbour_distance(np.stack([found.y, found.x], axis=1)))
    )


def atom_spacing(image: np.ndarray) -> float:
    """Distance of neighbouring atoms in px: the nearest maximum of the image's autocorrelation.

    Raises
    ------
    FrameError : the autocorrelation has no maximum but its centre: the image shows no periodic order.
    """
    from skimage.feature import peak_local_max

    image = np.asarray(image, dtype=float)
    if not np.ptp(image) > 0:
        raise FrameError("no atoms were found: the image is constant")
    flat = image - _smooth(image)
    window = np.outer(np.hanning(flat.shape[0]), np.hanning(flat.shape[1]))
    correlation = np.fft.ifft2(np.abs(np.fft.fft2(flat * window, [2 * n for n in flat.shape])) ** 2).real
    reach = min(min(image.shape) // 3, 80)
    centred = np.fft.fftshift(correlation)[
        tuple(slice(n - reach, n + reach + 1) for n in flat.shape)
    ]  # after the shift, lag 0 is at n
    shot = centred[reach, reach]
    # white noise adds to lag 0 alone: its neighbours give the height without it
    centred[reach, reach] = 0
    height = centred[reach - 1 : reach + 2, reach - 1 : reach + 2].max()
    height = max(height, 0.05 * shot)
    centred = _smooth_little(np.where(centred == 0, height, centred)) / height
    # white noise has an autocorrelation of shot / sqrt(pixels that count)
    chance = NOISE * shot / height / np.sqrt((window**2).sum())
    peaks = peak_local_max(centred, min_distance=2, threshold_abs=max(PEAK, chance), exclude_border=2)
    lags = np.linalg.norm(peaks - reach, axis=1)
    values = centred[tuple(peaks.T)][lags >= LEAST_SPACING * 0.75]
    lags = lags[lags >= LEAST_SPACING * 0.75]
    if not len(lags):
        raise FrameError(
            "no atoms were found: the image shows no periodic order (its autocorrelation has no second "
            "maximum); expected an atomic-resolution image"
        )
    strong = lags[values > 0.25 * values.max()]
    near = strong[strong < 1.2 * strong.min()]
    spacing = float(near.mean())
    if spacing < LEAST_SPACING:
        raise FrameError(
            f"the atoms are about {spacing:.1f} px apart; expected at least {LEAST_SPACING:g} px: take "
            "an image with smaller pixels"
        )
    return spacing


def _maxima(image: np.ndarray, spacing: float) -> np.ndarray:
    """Rows and columns, int64 (n, 2), of maxima of the Laplacian of Gaussian above the noise."""
    from skimage.feature import peak_local_max  # here: half a second

    sigma = max(SIGMA * spacing, 1.0)
    response = -gaussian_laplace(image, sigma)
    distance = max(int(0.3 * spacing), 1)
    peaks = peak_local_max(response, min_distance=distance, threshold_abs=0.0, exclude_border=False)
    heights = response[tuple(peaks.T)]
    if len(peaks):
        threshold = max(NOISE * _noise(image) * _gain(sigma), FAINTEST * np.percentile(heights, 90))
        peaks = peaks[heights > threshold]
    if not len(peaks):
        raise FrameError(
            f"no atoms were found: no maximum stands out of the noise at a spacing of {spacing:.1f} px"
        )
    return peaks


def _neighbour_distance(peaks: np.ndarray) -> float:
    """Lower quartile of the distances to the nearest neighbour, px: of the closest-packed phase."""
    if len(peaks) < 4:
        raise FrameError(f"no atoms were found: only {len(peaks)} maxima stand out of the noise")
    return float(np.percentile(cKDTree(peaks).query(peaks, k=2)[0][:, 1], 25))


def match(found: Found, x: np.ndarray, y: np.ndarray, distance: float) -> tuple[np.ndarray, np.ndarray]:
    """Which true atom each found one is, one to one, the nearest pairs first.

    Returns
    -------
    index : int64 (n,), the true atom, -1 where there is none within `distance` px.
    error : float64 (n, 2), found minus true place (x, y), px; NaN where there is none.
    """
    index, error = np.full(len(found), -1), np.full((len(found), 2), np.nan)
    if not len(x) or not len(found):
        return index, error
    places, true = np.stack([found.x, found.y], axis=1), np.stack([x, y], axis=1)
    pairs = cKDTree(places).sparse_distance_matrix(cKDTree(true), distance, output_type="ndarray")
    taken: set[int] = set()
    for pair in np.argsort(pairs["v"], kind="stable"):
        i, j = int(pairs["i"][pair]), int(pairs["j"][pair])
        if index[i] == -1 and j not in taken:
            index[i] = j
            taken.add(j)
            error[i] = places[i] - true[j]
    return index, error


def _smooth(image: np.ndarray) -> np.ndarray:
    from scipy.ndimage import gaussian_filter

    return gaussian_filter(image, max(image.shape) / 16)


def _smooth_little(image: np.ndarray) -> np.ndarray:
    from scipy.ndimage import gaussian_filter

    return gaussian_filter(image, 0.7)


def _noise(image: np.ndarray) -> float:
    """Standard deviation of white noise in an image (Immerkaer 1996, by the median instead of the mean)."""
    from scipy.signal import convolve2d

    return float(np.median(np.abs(convolve2d(image, IMMERKAER, mode="valid"))) / 0.6745 / 6)


def _gain(sigma: float) -> float:
    """Standard deviation of white noise of deviation 1 after the Laplacian of Gaussian."""
    impulse = np.zeros((int(10 * sigma) + 3,) * 2)
    impulse[impulse.shape[0] // 2, impulse.shape[1] // 2] = 1
    return float(np.linalg.norm(gaussian_laplace(impulse, sigma)))


def _windows(image: np.ndarray, peaks: np.ndarray, reach: int) -> tuple[np.ndarray, np.ndarray]:
    """Grey values (n, k, k) about the peaks' pixels, mirrored at borders, and the pixels' offsets (k,)."""
    padded = np.pad(image, reach, mode="reflect")
    window = np.arange(-reach, reach + 1)
    rows = np.rint(peaks[:, 0]).astype(int)[:, None, None] + reach + window[:, None]
    columns = np.rint(peaks[:, 1]).astype(int)[:, None, None] + reach + window
    return padded[rows, columns], window


def _gaussian_fits(
    image: np.ndarray, peaks: np.ndarray, spacing: float
) -> tuple[np.ndarray, np.ndarray, np.ndarray, np.ndarray]:
    """x, y, height, width of a Gaussian plus a constant about each peak, neighbours' light taken off.

    All atoms are fitted together by damped Gauss-Newton; then again, on windows from which the Gaussians of
    all others are subtracted: without it, an atom is drawn towards its nearer and brighter neighbours.
    """
    reach = max(round(0.5 * spacing), 2)
    values, window = _windows(image, peaks, reach)
    grid = np.meshgrid(window.astype(float), window.astype(float))
    n, low = len(peaks), values.min(axis=(1, 2))
    start = [np.zeros(n), np.zeros(n), values[:, reach, reach] - low, np.full(n, SIGMA * spacing), low]
    fitted = _fitted(np.stack(start, axis=1), values, *grid, spacing, (0.6, 0.45 * spacing), steps=10)
    middle = float(np.median(fitted[:, 3]))  # one probe: the widths of faint atoms are noise
    for _ in range(2):
        others = _light_of_others(image.shape, peaks, fitted, reach)
        fitted = _fitted(fitted, values - others, *grid, spacing, (0.9 * middle, 1.1 * middle), steps=4)
    x, y = np.rint(peaks[:, 1]) + fitted[:, 0], np.rint(peaks[:, 0]) + fitted[:, 1]
    return x, y, fitted[:, 2], fitted[:, 3]


def _fitted(
    parameters: np.ndarray,
    values: np.ndarray,
    across: np.ndarray,
    down: np.ndarray,
    spacing: float,
    widths: tuple[float, float],
    steps: int,
) -> np.ndarray:
    """Parameters (n, 5) after some steps, the width within limits; pixels count less towards the rim of the
    window."""
    radius = np.hypot(across, down)
    inside = np.exp(-(radius**2) / (2 * (0.35 * spacing) ** 2)) * (radius <= across.max() + 0.5)
    parameters, n = parameters.copy(), len(parameters)
    parameters[:, 3] = np.clip(parameters[:, 3], *widths)
    damping = np.full(n, 1e-2)
    residual, jacobian = _model(parameters, values, across, down)
    cost = (inside * residual**2).sum(axis=(1, 2))
    for _ in range(steps):
        weighted = (jacobian * inside).reshape(n, 5, -1)
        normal = weighted @ jacobian.reshape(n, 5, -1).transpose(0, 2, 1)
        right = weighted @ residual.reshape(n, -1, 1)
        diagonal = np.einsum("nii->ni", normal)
        normal[:, range(5), range(5)] = diagonal * (1 + damping[:, None]) + 1e-12
        tried = parameters + np.linalg.solve(normal, right)[..., 0]
        tried[:, :2] = np.clip(tried[:, :2], -0.5 * spacing, 0.5 * spacing)
        tried[:, 3] = np.clip(tried[:, 3], *widths)
        new_residual, new_jacobian = _model(tried, values, across, down)
        new_cost = (inside * new_residual**2).sum(axis=(1, 2))
        better = new_cost < cost
        parameters[better], cost[better] = tried[better], new_cost[better]
        residual[better], jacobian[better] = new_residual[better], new_jacobian[better]
        damping = np.where(better, damping / 4, damping * 8)
    return parameters


def _light_of_others(
    shape: tuple[int, int], peaks: np.ndarray, parameters: np.ndarray, reach: int
) -> np.ndarray:
    """Sum of all other atoms' Gaussians in each atom's window, (n, k, k)."""
    wide = np.arange(-2 * reach - 1, 2 * reach + 2)
    x, y, height, width = (part[:, None, None] for part in parameters.T[:4])
    own = height * np.exp(-((wide - x) ** 2 + (wide[:, None] - y) ** 2) / (2 * width**2))
    pad = 2 * reach + 1
    size = (shape[0] + 2 * pad, shape[1] + 2 * pad)
    rows = np.rint(peaks[:, 0]).astype(int)[:, None, None] + pad + wide[:, None]
    columns = np.rint(peaks[:, 1]).astype(int)[:, None, None] + pad + wide
    places = np.broadcast_to(rows * size[1] + columns, own.shape)
    total = np.bincount(places.ravel(), own.ravel(), minlength=size[0] * size[1])
    near = (slice(None), slice(reach + 1, -reach - 1), slice(reach + 1, -reach - 1))
    return total[places[near]] - own[near]


def _model(
    parameters: np.ndarray, values: np.ndarray, across: np.ndarray, down: np.ndarray
) -> tuple[np.ndarray, np.ndarray]:
    """Residuals (n, k, k) and derivatives (n, 5, k, k) of a Gaussian by x, y, height, width, background."""
    x, y, height, width, background = (part[:, None, None] for part in parameters.T)
    u, v = across - x, down - y
    square = u**2 + v**2
    shape = np.exp(-square / (2 * width**2))
    body = height * shape
    jacobian = np.stack(
        [body * u / width**2, body * v / width**2, shape, body * square / width**3, np.ones_like(shape)],
        axis=1,
    )
    return values - body - background, jacobian


def _centroids(
    image: np.ndarray, peaks: np.ndarray, spacing: float
) -> tuple[np.ndarray, np.ndarray, np.ndarray, np.ndarray]:
    """x, y, height, width by the centre of mass under a Gaussian window that follows it, four times.

    Twice the step of a centre of mass makes up for the window (as SExtractor's windowed positions).
    """
    reach, sigma = max(round(0.5 * spacing), 2), SIGMA * spacing
    values, window = _windows(image, peaks, reach)
    values = values - values.min(axis=(1, 2), keepdims=True)
    across, down = np.meshgrid(window.astype(float), window.astype(float))
    x, y = np.zeros(len(peaks)), np.zeros(len(peaks))
    for _ in range(6):
        u, v = across - x[:, None, None], down - y[:, None, None]
        weight = values * np.exp(-(u**2 + v**2) / (2 * sigma**2))
        total = np.maximum(weight.sum(axis=(1, 2)), 1e-12)
        x = np.clip(x + 2 * (weight * u).sum(axis=(1, 2)) / total, -spacing / 2, spacing / 2)
        y = np.clip(y + 2 * (weight * v).sum(axis=(1, 2)) / total, -spacing / 2, spacing / 2)
    x, y = np.rint(peaks[:, 1]) + x, np.rint(peaks[:, 0]) + y
    height = map_coordinates(image, [y, x], order=1, mode="nearest")
    return x, y, height, np.full(len(x), sigma)


def _distinct(x: np.ndarray, y: np.ndarray, height: np.ndarray, width: np.ndarray, spacing: float) -> Found:
    """Without atoms that ran onto a brighter one in the refinement: nearer than a third of a spacing."""
    order = np.argsort(-height, kind="stable")
    pairs = cKDTree(np.stack([x, y], axis=1)[order]).query_pairs(spacing / 3, output_type="ndarray")
    kept = np.ones(len(x), dtype=bool)
    kept[order[pairs.max(axis=1)] if len(pairs) else []] = False
    return Found(x[kept], y[kept], height[kept], width[kept], spacing)
