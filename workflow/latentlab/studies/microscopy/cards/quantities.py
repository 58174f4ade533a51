"""The metrics of cards: titles, units, better direction, and what each is judged against."""

from __future__ import annotations

from latentlab.pipeline.quantities import Quantity

_UNIT = {"scatter": "absolute", "highest": 1.0}


def _score(title: str, trivial: str | None = None) -> Quantity:
    return Quantity(title, "", "higher", trivial, **_UNIT)


def _bounded(name: str, title: str) -> dict[str, Quantity]:
    return {
        name: _score(title, f"{name}_null"),
        f"{name}_low": _score(f"{title}, lower end of the 95 % interval", f"{name}_null"),
        f"{name}_null": _score(f"{title}, shuffled: 95th percentile"),
    }


QUANTITIES: dict[str, Quantity] = {
    **_bounded("suit_ari", "suits found, adjusted Rand index"),
    **_bounded("angle_lowest", "angle, circular correlation, lowest of the suits"),
    **_bounded("shear_lowest", "shear against a latent, Spearman, lowest of the suits"),
    **_bounded("offset_r2", "offset, R2"),
    "suit_accuracy": _score("suits found, accuracy", "suit_accuracy_null"),
    "suit_accuracy_null": _score("suits found, accuracy, shuffled"),
    "suit_neighbours": _score("suit of the nearest latents, accuracy", "suit_neighbours_area"),
    "shear_all": _score("shear against a latent, Spearman, all suits together"),
    "shear_gap": _score("shear, mutual information gap, mean over suits"),
    "angle_error_deg": Quantity("median error of the angle", "deg", "lower"),
    **{
        f"{name}_{answer}": _score(title)
        for name, title in (
            ("suit_ari", "suits found, ARI"),
            ("suit_neighbours", "suit of the nearest, accuracy"),
        )
        for answer in ("components", "invariants", "area")
    },
    "angle_lowest_moments": _score("angle by moments, circular correlation, lowest of the suits"),
    "offset_r2_centre_of_mass": _score("offset by the centre of mass, R2"),
}
