"""RMSprop in one pass over the weights."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

import torch
from torch import Tensor


class FusedRMSprop:
    """RMSprop without momentum, w <- w - rate g / (sqrt(s) + eps) with s <- rho s + (1 - rho) g^2.

    torch has no fused RMSprop, and the plain one takes four passes over the weights: most of a step's time
    in a network with large dense layers. The fused kernel of Adam does the same without momentum but for its
    division of s by 1 - rho^t, which the rate and eps of each step undo. On a CPU it takes a quarter of the
    time. It is not a torch.optim.Optimizer, whose first step imports torch's compiler for more than a second.

    Parameters
    ----------
    parameters : of the network. learning_rate, rho, eps : Keras's defaults.

    Attributes
    ----------
    learning_rate : that of the next step.
    """

    def __init__(
        self,
        parameters: Iterable[Tensor],
        learning_rate: float = 0.001,
        rho: float = 0.9,
        eps: float = 1e-7,
    ) -> None:
        self.parameters = list(parameters)
        self.learning_rate, self.rho, self.eps = learning_rate, rho, eps
        self.squares = [torch.zeros_like(each) for each in self.parameters]
        self._means = [torch.zeros_like(each) for each in self.parameters]  # what the kernel takes: gradients
        self._counts = [
            torch.zeros((), device=each.device) for each in self.parameters
        ]  # its own, on the device
        self.done = 0

    def zero_grad(self) -> None:
        """Forget the gradients."""
        for each in self.parameters:
            each.grad = None

    @torch.no_grad()
    def step(self) -> None:
        """One step with the gradients that the weights have."""
        self.done += 1
        correction = (1 - self.rho**self.done) ** 0.5
        rows = [row for row, each in enumerate(self.parameters) if each.grad is not None]

        def of(values: list[Tensor]) -> list[Tensor]:
            return [values[row] for row in rows]

        torch._foreach_add_(of(self._counts), 1)
        torch._fused_adam_(
            of(self.parameters),
            [self.parameters[row].grad for row in rows],
            of(self._means),
            of(self.squares),
            [],  # maxima, of AMSGrad
            of(self._counts),
            lr=self.learning_rate / correction,
            beta1=0.0,
            beta2=self.rho,
            weight_decay=0.0,
            eps=self.eps / correction,
            amsgrad=False,
            maximize=False,
        )

    def state_dict(self) -> dict[str, Any]:
        """Means of squares and the number of steps, for a checkpoint."""
        return {"squares": self.squares, "done": self.done}

    def load_state_dict(self, state: dict[str, Any]) -> None:
        """Continue from such a state; tensors may be on another device."""
        for own, saved in zip(self.squares, state["squares"], strict=True):
            own.copy_(saved)
        self.done = int(state["done"])
        for count in self._counts:
            count.fill_(self.done)
