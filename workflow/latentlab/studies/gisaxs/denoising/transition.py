"""From the latents of one codec to those of another: the thesis's first proposal (section 3.2, figure 3.2a).

The encoder of a codec that was trained on noisy patterns with gaps sends its own stream. Behind its entropy
decoder a fully connected autoencoder, trained by MSE between latents, turns its latents y_hat into those that
the codec of clean patterns has for the clean pattern, and that codec's synthesis transform makes the image.
The thesis stopped before it, as its codecs have two latents, y and z. But z only tells how y is coded: the
synthesis transform takes y_hat alone. So y_hat is mapped, and no z is needed on the other side.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

import torch
from torch import Tensor, nn

from latentlab.bitstream import decode_latents, encode, stream_sizes
from latentlab.codecs.latent_denoiser import LatentDenoiser
from latentlab.studies.gisaxs.augmentation import AugmentedPatterns, EpochSampler, evaluation_batch
from latentlab.studies.gisaxs.compression.codec_file import TrainedCodec
from latentlab.studies.gisaxs.denoising.regression import train_by_mse
from latentlab.studies.gisaxs.denoising.restored_file import RestoredSet, restored_set
from latentlab.studies.gisaxs.intensity import IntensityTransform
from latentlab.studies.gisaxs.patterns import Patterns
from latentlab.training.device import training_device

ENCODED = 16  # patterns that are encoded together
RAW = IntensityTransform("raw", 1.0)


class LatentTransition(nn.Module):
    """A fully connected autoencoder between two standardised latents of equal or different shapes.

    Parameters
    ----------
    sources, targets : float32 (n, channels, rows, columns), latents of the training patterns, from which mean
        and rms deviation of each side are taken.
    width, depth : see `codecs.latent_denoiser.LatentDenoiser`.

    Raises
    ------
    ValueError : latents of two shapes.
    """

    def __init__(self, sources: Tensor, targets: Tensor, width: str, depth: int) -> None:
        super().__init__()
        if sources.shape[1:] != targets.shape[1:]:
            raise ValueError(
                f"latents of {tuple(sources.shape[1:])} and {tuple(targets.shape[1:])}, not alike"
            )
        self.network = LatentDenoiser(tuple(sources.shape[1:]), width, depth)
        for name, latents in (("source", sources), ("target", targets)):
            mean = latents.mean(dim=0)
            self.register_buffer(f"{name}_mean", mean)
            self.register_buffer(f"{name}_deviation", (latents - mean).square().mean().sqrt())

    def forward(self, latents: Tensor) -> Tensor:
        """Latents y_hat of the first codec to those of the second, float32 (n, channels, rows, columns)."""
        found = self.network((latents - self.source_mean) / self.source_deviation)
        return self.target_mean + self.target_deviation * found


class Pairs:
    """Pairs of latents: y of the first codec with uniform noise in place of rounding, y of the second.

    Parameters
    ----------
    encoder, decoder : the two codecs; gaps and noise of the input are those of the first one's record.
    patterns : clean patterns. seed : of the order. batch : pairs in a batch.
    device : of the latents.
    """

    def __init__(
        self,
        encoder: TrainedCodec,
        decoder: TrainedCodec,
        patterns: Patterns,
        *,
        seed: int,
        batch: int,
        device: torch.device,
    ) -> None:
        self.encoder, self.device = encoder, device
        self.noisy = AugmentedPatterns(patterns, encoder.record, RAW)
        self.sampler, self.batch = EpochSampler(len(patterns), seed), batch
        clean = torch.stack([patterns.clean(index) for index in range(len(patterns))])[:, None]
        self.targets = torch.cat([_analysed(decoder, part, device) for part in clean.split(ENCODED)])

    def __len__(self) -> int:
        return -(-len(self.targets) // self.batch)

    def __call__(self, epoch: int) -> Iterator[tuple[Tensor, Tensor]]:
        """The batches of an epoch, from 0; the rounding's noise is drawn from torch's generator."""
        self.sampler.set_epoch(epoch)
        keys = list(self.sampler)
        for start in range(0, len(keys), self.batch):
            chosen = keys[start : start + self.batch]
            measured = torch.stack([self.noisy.raw(*key)[0] for key in chosen])
            latents = _analysed(self.encoder, measured, self.device)
            rows = torch.tensor([index for _, index in chosen])
            yield latents + torch.rand(latents.shape).to(self.device) - 0.5, self.targets[rows]


@torch.no_grad()
def _analysed(codec: TrainedCodec, intensity: Tensor, device: torch.device) -> Tensor:
    """Latents y of raw intensities (n, 1, side, side)."""
    model = codec.model.to(device).eval()
    return model.g_a(codec.transform.forward(intensity).to(device))


def train_transition(
    record: Mapping[str, Any],
    encoder: TrainedCodec,
    decoder: TrainedCodec,
    train: Patterns,
    *,
    device: str = "auto",
    progress: bool = True,
) -> tuple[LatentTransition, list[dict[str, float]]]:
    """Train the transition between two codecs, whose own weights do not change.

    Parameters
    ----------
    record : "width", "depth", "epochs", "batch", "learning_rate", "seed".
    encoder, decoder : of noisy patterns with gaps, and of clean ones.
    device : "auto", "cpu" or "cuda".

    Returns
    -------
    The transition, on the CPU and in eval mode, and one row per epoch. MSE is in units of the square of the
    second codec's latents.

    Raises
    ------
    TrainingError : no CUDA device where one was asked for. ValueError : latents of two shapes.
    """
    place = training_device(device)
    options = {"seed": record["seed"], "batch": record["batch"], "device": place}
    pairs = Pairs(encoder, decoder, train, **options)
    torch.manual_seed(record["seed"])
    first = [latents.cpu() for latents, _ in pairs(0)]
    transition = LatentTransition(torch.cat(first), pairs.targets.cpu(), record["width"], record["depth"])
    history = train_by_mse(
        transition,
        pairs,
        epochs=record["epochs"],
        batches=len(pairs),
        learning_rate=record["learning_rate"],
        seed=record["seed"],
        device=place,
        progress=progress,
    )
    for codec in (encoder, decoder):
        codec.model.cpu()
    return transition, history


@torch.no_grad()
def carry_over(
    transition: LatentTransition, encoder: TrainedCodec, decoder: TrainedCodec, patterns: Patterns
) -> RestoredSet:
    """Code noisy patterns with the first codec, decode the file's latents, restore with the second codec.

    Metrics in addition to those of images: bpp_file and bpp_streams, of the first codec's file;
    latent_mse, between the transition's latents and the second codec's own of the clean pattern, over that of
    the mean of the training patterns' latents: 1 is an answer that needs no input.
    """
    measured, target = evaluation_batch(patterns, encoder.record)
    images, errors, files, streams = [], [], [], []
    wanted = _analysed(decoder, target, torch.device("cpu"))
    for image, own in zip(encoder.transform.forward(measured).split(1), wanted.split(1), strict=True):
        data = encode(
            encoder.model, image, model_id=encoder.model_id, transform=encoder.transform.kind, verify=False
        )
        latents = transition(decode_latents(encoder.model, data, model_id=encoder.model_id))
        images.append(decoder.model.g_s(latents))
        errors.append((latents - own).square().mean() / (transition.target_mean - own).square().mean())
        files.append(8 * len(data) / image.numel())
        streams.append(8 * sum(stream_sizes(data)) / image.numel())
    return restored_set(
        patterns,
        measured,
        target,
        decoder.transform.inverse(torch.cat(images)),
        latent_mse=torch.stack(errors),
        bpp_file=torch.tensor(files),
        bpp_streams=torch.tensor(streams),
    )
