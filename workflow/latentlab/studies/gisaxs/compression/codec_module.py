"""Training of a codec as a LightningModule: two optimisers, as in the thesis's appendix A.1.9."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import torch

from latentlab.codecs.compressai_import import EntropyModel
from latentlab.studies.gisaxs.compression.codec_of_record import codec_of
from latentlab.studies.gisaxs.compression.training_plan import (
    CLIP_NORM,
    loss_terms,
    optimizers,
    solve_quantiles,
)
from latentlab.training.epoch_module import EpochModule
from latentlab.training.lightning_import import LightningOptimizer

ONE_CYCLE_PEAK = 3e-3  # learning rate, the same at every scale


def _keep_full_precision(module: torch.nn.Module) -> None:
    """Make a module compute in float32 inside autocast: probabilities in bf16 are too inaccurate."""
    forward = module.forward

    def full_precision(*arguments: Any, **options: Any) -> Any:
        with torch.autocast(arguments[0].device.type, enabled=False):
            return forward(*(x.float() if torch.is_tensor(x) else x for x in arguments), **options)

    module.forward = full_precision


class CodecTraining(EpochModule):
    """A codec and how it is trained.

    The network learns the rate-distortion loss with Adam; a second Adam at 1e-3 moves the entropy
    bottleneck's quantiles by the auxiliary loss, which does not depend on the images, or they are
    solved for after each epoch ("quantiles: solved"). Gradients are clipped to norm 1. Schedule
    "plateau" is the thesis's ReduceLROnPlateau on the validation loss, and its validation set is the
    test set; "one-cycle" does not use it.

    Parameters
    ----------
    record : the run's record.
    """

    def __init__(self, record: Mapping[str, Any]) -> None:
        super().__init__(record)
        self.automatic_optimization = False
        self.codec = codec_of(record)
        for module in self.codec.modules():
            if isinstance(module, EntropyModel):
                _keep_full_precision(module)

    def configure_optimizers(self) -> tuple[list[torch.optim.Optimizer], list[Any]]:
        """Adam for the network, Adam for the quantiles, and the scheduler of the first."""
        net, aux = optimizers(self.codec, self.record["learning_rate"]).values()
        if self.record["schedule"] == "plateau":
            scheduler = torch.optim.lr_scheduler.ReduceLROnPlateau(net, "min")
        else:
            steps = max(2, int(self.trainer.estimated_stepping_batches))
            scheduler = torch.optim.lr_scheduler.OneCycleLR(net, ONE_CYCLE_PEAK, total_steps=steps)
        return [net, aux], [scheduler]

    def _terms(
        self, batch: tuple[torch.Tensor, torch.Tensor], epoch: int | None = None
    ) -> dict[str, torch.Tensor]:
        measured, target = batch
        output = self.codec(measured)
        with torch.autocast(self.device.type, enabled=False):
            return loss_terms(output, target, self.record, epoch)

    def training_step(self, batch: tuple[torch.Tensor, torch.Tensor], batch_index: int) -> None:
        """One step of both optimisers."""
        net, aux = self.optimizers()
        net.zero_grad()
        aux.zero_grad()
        terms = self._terms(batch, self.current_epoch)
        self.manual_backward(terms["loss"])
        torch.nn.utils.clip_grad_norm_(self.parameters(), CLIP_NORM)
        net.step()
        aux_loss = self.codec.aux_loss()
        if self.record["quantiles"] == "adam":
            self.manual_backward(aux_loss)
            aux.step()
        if self.record["schedule"] == "one-cycle":
            self._step_one_cycle(net)
        self.note("train", {**terms, "aux_loss": aux_loss})

    def _step_one_cycle(self, net: LightningOptimizer) -> None:
        scheduler = self.lr_schedulers()
        if scheduler.last_epoch < scheduler.total_steps - 1:
            scheduler.step()

    def on_validation_epoch_start(self) -> None:
        """Validation rounds around the medians, so they must be up to date."""
        if self.record["quantiles"] == "solved":
            solve_quantiles(self.codec)

    def validation_step(self, batch: tuple[torch.Tensor, torch.Tensor], batch_index: int) -> None:
        """Loss of the forward pass on the test set, with the fixed noise of evaluations."""
        self.note("test", {**self._terms(batch), "aux_loss": self.codec.aux_loss()})

    def on_train_epoch_end(self) -> None:
        """Append the epoch's means to the history, move the plateau scheduler."""
        row = self.append_epoch(learning_rate=self.optimizers()[0].param_groups[0]["lr"])
        if self.record["schedule"] == "plateau":
            self.lr_schedulers().step(row["test_loss"])
        self.log_dict({"loss": row["train_loss"], "bpp": row["train_bpp"]}, prog_bar=True, logger=False)
