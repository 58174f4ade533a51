"""Electron energy loss of silver nanoparticles: dipolar plasmons of each shape, and their maps.

What is computed, and what is left out:
- Silver is a Drude metal with a constant background of bound electrons: eps = EPS_BACKGROUND -
  (PLASMA_EV / E)^2 / (1 + i width / E). Its interband absorption above 3.8 eV is left out. No substrate.
- Energies: an ellipsoid's mode along an axis has the depolarisation factor L of that axis (Gans 1912; the
  integral in Carlson's form); a cube's two strongest modes have 0.214 and 0.297 (Fuchs 1975). The size enters
  by the modified long-wavelength approximation (Meier and Wokaun 1983), without radiation damping. Two discs
  of a dimer couple as point dipoles: bonding and antibonding modes, along the axis and across. This
  underestimates the shift at gaps much smaller than the discs. Higher multipoles, the dipole along the
  beam and the coupling of separate particles are left out.
- Maps: a mode's loss probability at a point is its response times the square of its potential, Fourier
  transformed along the beam (Boudarham and Kociak 2012; Garcia de Abajo, Rev. Mod. Phys. 82 (2010) 209, for
  the dipole): the sum over surface charges q of 2 K0(E r / (hbar v)), which falls off exponentially at large
  distances. The charges are those of a uniformly polarised ellipse on its outline; of a cube on its corners
  and edges. Inside, the beam also excites the volume plasmon, in proportion to the thickness.
- Zero-loss peak: its tail alone, a power of the energy. Counting statistics: Poisson.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from scipy.special import elliprd, k0

from latentlab.studies.microscopy.plasmonics.particles import KINDS, Particles

# Drude fits to silver differ: Yang et al., Phys. Rev. B 91 (2015) 235137, give 8.9 eV with a background of 5
PLASMA_EV = 9.1
EPS_BACKGROUND = 5.0
WIDTH_EV = 0.16  # full width of a line: damping and the energy resolution together
HBAR_C = 197.327  # eV nm
E_SQUARED = 1.43996  # eV nm
BETA = 0.695  # v / c of electrons of 200 keV
CUTOFF = 25.0  # 1/nm, collection limit of the momentum transfer: 10 mrad at 200 keV
CUBE_MODES = ((0.214, 0.44), (0.297, 0.24))  # depolarisation factor and strength: Fuchs 1975, table I
CHARGES = 24  # on a mode's outlines, together
SOFTENING_NM = 2.5  # of the logarithm at a charge: the charges lie on a line, the beam has a width
TAIL = (0.004, 3.0)  # zero-loss tail: probability per eV at 1 eV, and the power by which it falls


@dataclass(frozen=True)
class Modes:
    """Plasmon modes of a scene.

    Attributes
    ----------
    particle : (m,) int, whose it is. energy_ev : (m,). volume : (m,), nm^3, of the response: see `lines`.
    places : (m, CHARGES, 2), nm, of the charges. charges : (m, CHARGES), 1/nm: the dipole moment is 1.
    """

    particle: np.ndarray
    energy_ev: np.ndarray
    volume: np.ndarray
    places: np.ndarray
    charges: np.ndarray


def energies(channels: int, limits_ev: tuple[float, float]) -> np.ndarray:
    """Energy losses at the middle of the channels, eV: float64 (channels,)."""
    edges = np.linspace(*limits_ev, channels + 1)
    return (edges[1:] + edges[:-1]) / 2


def depolarisation(axes_nm: np.ndarray) -> np.ndarray:
    """Depolarisation factors of ellipsoids along their axes (Gans 1912): (n, 3) from semi-axes (n, 3).

    The three factors of an ellipsoid add up to 1; those of a sphere are 1/3.
    """
    a, b, c = (np.asarray(axes_nm, dtype=float)[:, place] for place in range(3))
    squares = a * a, b * b, c * c
    factors = [elliprd(squares[j], squares[k], squares[i]) for i, j, k in ((0, 1, 2), (1, 2, 0), (2, 0, 1))]
    return (a * b * c / 3)[:, None] * np.stack(factors, axis=1)


def mode_energy(factor: np.ndarray, volume: np.ndarray, half_axis_nm: np.ndarray) -> np.ndarray:
    """Energy in eV of a mode with a depolarisation factor, (n,), in vacuum, with the shift by its size.

    Parameters
    ----------
    factor : (n,). volume : (n,), nm^3 / (4 pi). half_axis_nm : (n,), along the polarisation.
    """
    energy = _quasi_static(factor)
    for _ in range(8):  # converges: the shift is a few per cent
        energy = _quasi_static(factor - volume * (energy / HBAR_C) ** 2 / half_axis_nm)
    return energy


def _quasi_static(factor: np.ndarray) -> np.ndarray:
    return PLASMA_EV * np.sqrt(factor / (1 + factor * (EPS_BACKGROUND - 1)))


def modes_of(particles: Particles) -> Modes:
    """The dipolar modes in the plane: two of a disc or rod, four of a cube or dimer."""
    parts = [_modes(particles, np.flatnonzero(particles.kind == kind), kind) for kind in range(len(KINDS))]
    joined = [np.concatenate([part[place] for part in parts]) for place in range(5)]
    particle, factor, volume, half, strength = (values for values in joined)
    places = np.concatenate([part[5] for part in parts])
    charges = np.concatenate([part[6] for part in parts])
    energy = mode_energy(factor, volume, half)
    effective = _factor_of(energy)
    response = strength * volume / (effective * (1 + effective * (EPS_BACKGROUND - 1)))
    local = np.einsum("mci,mij->mcj", places, particles.axes[particle])
    return Modes(particle, energy, response, particles.centre[particle][:, None] + local, charges)


def _factor_of(energy: np.ndarray) -> np.ndarray:
    """Inverse of `_quasi_static`."""
    square = (energy / PLASMA_EV) ** 2
    return square / (1 - square * (EPS_BACKGROUND - 1))


def _modes(particles: Particles, which: np.ndarray, kind: int) -> tuple[np.ndarray, ...]:
    """Particle, factor, volume / (4 pi), half axis, strength, places in the frame, charges; one entry a
    mode."""
    chosen = particles.select(which)
    half = np.stack([chosen.length, chosen.width, chosen.height], axis=1) / 2
    name = KINDS[kind]
    if name == "cube":
        volume = chosen.length**3 / (4 * np.pi)
        factors, strengths = (np.array(values) for values in zip(*CUBE_MODES, strict=True))
        kinds = [(axis, form) for form in range(2) for axis in range(2)]
        outlines = [_cube_charges(half[:, 0], axis, form) for axis, form in kinds]
        factor = np.stack([np.full(len(which), factors[form]) for _, form in kinds])
        strength = np.stack([np.full(len(which), strengths[form]) for _, form in kinds])
        semi = np.stack([half[:, 0]] * 4)
    else:
        volume = half.prod(axis=1) / 3
        alone = depolarisation(half)
        if name == "dimer":
            distance = chosen.length + chosen.gap
            coupling = volume / distance**3
            kinds = [(axis, sign) for axis in range(2) for sign in (1, -1)]
            # dipoles in line attract: 2 / d^3 lowers the factor of the bonding mode; side by side 1 / d^3
            factor = np.stack([alone[:, axis] - sign * (2, -1)[axis] * coupling for axis, sign in kinds])
            outlines = [_dimer_charges(half, distance / 2, axis, sign) for axis, sign in kinds]
        else:
            kinds = [(0, 1), (1, 1)]
            factor = alone[:, :2].T
            outlines = [_ellipse_charges(half, axis, CHARGES) for axis, _ in kinds]
        strength = np.ones_like(factor)
        semi = np.stack([half[:, axis] for axis, _ in kinds])
    number = len(kinds)
    places, charges = (np.concatenate([outline[part] for outline in outlines]) for part in range(2))
    return (
        np.tile(which, number),
        factor.ravel(),
        np.tile(volume, number),
        semi.ravel(),
        strength.ravel(),
        places,
        charges,
    )


def _ellipse_charges(half: np.ndarray, axis: int, number: int) -> tuple[np.ndarray, np.ndarray]:
    """Charges of a uniformly polarised ellipse: cos of the parametric angle, dipole moment 1 along the
    axis."""
    turn = 2 * np.pi * (np.arange(number) + 0.5) / number
    unit = np.stack([np.cos(turn), np.sin(turn)], axis=-1)
    places = half[:, None, :2] * unit
    return places, 2 / number * unit[None, :, axis] / half[:, None, axis]


def _dimer_charges(
    half: np.ndarray, shift: np.ndarray, axis: int, sign: int
) -> tuple[np.ndarray, np.ndarray]:
    """Two discs' charges, in phase (sign 1) or in antiphase; each pair of amplitudes has norm 1."""
    places, charges = _ellipse_charges(half, axis, CHARGES // 2)
    move = np.stack([shift, np.zeros_like(shift)], axis=-1)[:, None]
    return (
        np.concatenate([places - move, places + move], axis=1),
        np.concatenate([charges, sign * charges], axis=1) / np.sqrt(2),
    )


def _cube_charges(half: np.ndarray, axis: int, form: int) -> tuple[np.ndarray, np.ndarray]:
    """A cube's charges: form 0 at its corners, form 1 along the two edges across the axis."""
    each = CHARGES // 2
    along = np.repeat([-1.0, 1.0], each)
    across = np.tile(np.linspace(-1, 1, each), 2) if form else np.tile(np.repeat([-1.0, 1.0], each // 2), 2)
    unit = np.stack([along, across] if axis == 0 else [across, along], axis=-1)
    places = half[:, None, None] * unit
    return places, along / CHARGES / half[:, None]


def lines(modes: Modes, energies_ev: np.ndarray) -> np.ndarray:
    """Imaginary part of each mode's polarisability, nm^3: (m, channels); a Drude metal's Lorentz
    oscillator."""
    square = modes.energy_ev[:, None] ** 2
    width = WIDTH_EV * energies_ev
    return modes.volume[:, None] * width * square / ((energies_ev**2 - square) ** 2 + width**2)


def potentials(modes: Modes, points: np.ndarray) -> np.ndarray:
    """Each mode's potential along the beam at points (k, 2) for a dipole moment of 1, 1/nm: (m, k)."""
    found = np.empty((len(modes.energy_ev), len(points)))
    for mode, (places, charges) in enumerate(zip(modes.places, modes.charges, strict=True)):
        squares = ((points[:, None] - places[None]) ** 2).sum(axis=-1) + SOFTENING_NM**2
        found[mode] = k0(np.sqrt(squares) * modes.energy_ev[mode] / (BETA * HBAR_C)) @ charges
    return found


def loss(particles: Particles, points: np.ndarray, energies_ev: np.ndarray) -> np.ndarray:
    """Expected loss probability per eV at points (k, 2): float64 (k, channels), without the zero-loss
    tail."""
    modes = modes_of(particles)
    surface = 2 * potentials(modes, points).T ** 2 @ lines(modes, energies_ev)
    epsilon = EPS_BACKGROUND - PLASMA_EV**2 / (energies_ev * (energies_ev + 1j * WIDTH_EV))
    volume = (-1 / epsilon).imag * np.log(CUTOFF * BETA * HBAR_C / energies_ev)
    thickness = particles.thickness(points).sum(axis=0)
    return 2 * E_SQUARED / (np.pi * (BETA * HBAR_C) ** 2) * (surface + thickness[:, None] * volume)


def zero_loss_tail(energies_ev: np.ndarray) -> np.ndarray:
    """Probability per eV of the zero-loss peak's tail: (channels,)."""
    height, power = TAIL
    return height * energies_ev**-power
