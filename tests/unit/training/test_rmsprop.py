"""The fused RMSprop is RMSprop."""

from __future__ import annotations

import copy

import torch

from latentlab.training.rmsprop import FusedRMSprop


def steps(
    model: torch.nn.Module, optimiser: torch.optim.Optimizer | FusedRMSprop, count: int, seed: int = 0
) -> None:
    generator = torch.Generator().manual_seed(seed)
    for _ in range(count):
        optimiser.zero_grad()
        model(torch.randn(8, 6, generator=generator)).square().mean().backward()
        optimiser.step()


def test_it_equals_torch_s_rmsprop_at_each_step() -> None:
    torch.manual_seed(1)
    first = torch.nn.Sequential(torch.nn.Linear(6, 5), torch.nn.SELU(), torch.nn.Linear(5, 3)).double()
    other = copy.deepcopy(first)
    torch.set_default_dtype(torch.float64)
    try:
        for count in (1, 2, 40):
            models = [copy.deepcopy(first), copy.deepcopy(other)]
            steps(models[0], FusedRMSprop(models[0].parameters()), count)
            steps(
                models[1], torch.optim.RMSprop(models[1].parameters(), lr=0.001, alpha=0.9, eps=1e-7), count
            )
            for one, two in zip(models[0].parameters(), models[1].parameters(), strict=True):
                torch.testing.assert_close(one, two, rtol=1e-9, atol=1e-12)
    finally:
        torch.set_default_dtype(torch.float32)


def test_it_continues_from_its_state() -> None:
    torch.manual_seed(1)
    model = torch.nn.Linear(6, 3)
    optimiser = FusedRMSprop(model.parameters())
    steps(model, optimiser, 3)
    other = copy.deepcopy(model)
    continued = FusedRMSprop(other.parameters())
    continued.load_state_dict(copy.deepcopy(optimiser.state_dict()))
    for each, its in ((model, optimiser), (other, continued)):
        steps(each, its, 3, seed=7)
    assert torch.equal(model.weight, other.weight)
