"""The metrics of the part atoms: titles, units, and the answer that each is judged against."""

from __future__ import annotations

from latentlab.pipeline.quantities import Quantity

ARI = "ARI of true phases, domains or defects"
QUANTITIES = {
    "atoms_ari": Quantity(f"{ARI}, mixture of the latents", "", "higher", 0.0, "absolute", highest=1.0),
    "atoms_ari_low": Quantity("lower end of its 95 % interval", "", "higher", None, "absolute", highest=1.0),
    "atoms_ari_high": Quantity("upper end of its 95 % interval", "", "higher", None, "absolute", highest=1.0),
    "atoms_ari_shuffled": Quantity("ARI of shuffled labels, 95th percentile", "", "", None, "absolute"),
    "atoms_ari_classes": Quantity(f"{ARI}, discrete class", "", "higher", 0.0, "absolute", highest=1.0),
    "atoms_accuracy_classes": Quantity(
        "accuracy of the discrete class", "", "higher", "atoms_largest_share", "absolute", highest=1.0
    ),
    "atoms_knn": Quantity(
        "accuracy of nearest neighbours", "", "higher", "atoms_largest_share", "absolute", highest=1.0
    ),
    "atoms_largest_share": Quantity("share of the largest class", "", "", None, "absolute"),
    "atoms_active_latents": Quantity("latents that carry something", "", "", None, "absolute", whole=True),
    "atoms_angle_error": Quantity("median error of the angle", "deg", "lower", None, "relative", lowest=0.0),
    "atoms_angle_error_shuffled": Quantity("the same, shuffled", "deg", "", None, "relative", lowest=0.0),
    "atoms_r2_polarisation": Quantity(
        "R² of the polarisation, linear", "", "higher", 0.0, "absolute", highest=1.0
    ),
    "atoms_r2_cell_phase": Quantity(
        "R² of the place in the unit cell, from latents", "", "lower", None, "absolute", highest=1.0
    ),
    "atoms_offset_agreement": Quantity(
        "agreement of the offset modulo the lattice", "", "higher", 0.0, "absolute", highest=1.0
    ),
    "atoms_f1_defects": Quantity("F1 of defects", "", "higher", "atoms_f1_all", "absolute", highest=1.0),
    "atoms_f1_all": Quantity("F1 of calling all atoms defects", "", "", None, "absolute"),
    "atoms_share_error": Quantity("error of the share of defects", "", "lower", None, "absolute", lowest=0.0),
    "atoms_precision": Quantity("precision of atoms found", "", "higher", None, "absolute", highest=1.0),
    "atoms_recall": Quantity("recall of atoms", "", "higher", None, "absolute", highest=1.0),
    "atoms_rms_px": Quantity("rms error of places", "px", "lower", None, "relative", lowest=0.0),
    "atoms_spacing_px": Quantity("spacing of neighbours", "px", "", None, "relative"),
    "atoms_found": Quantity("atoms found", "", "", None, "relative", whole=True),
}
