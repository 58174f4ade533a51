"""Arrays of a user, NumPy or torch: checked, as float32 tensors, and back."""

from __future__ import annotations

from typing import Any

import numpy as np
import torch
from torch import Tensor

from latentlab.errors import InvariantError

Array = np.ndarray | Tensor


def image_tensor(values: Any, shape: tuple[int, ...], name: str, unit_range: bool = False) -> Tensor:
    """(n, *shape) float32 tensor; (n, *shape[1:]) is accepted for one channel.

    Parameters
    ----------
    name : of the argument, for messages. unit_range : whether values must lie in [0, 1].

    Raises
    ------
    InvariantError : no image, another shape, values that are not finite or out of range.
    """
    tensor = float_tensor(values, name)
    if shape[0] == 1 and tensor.ndim == len(shape) and tuple(tensor.shape[1:]) == shape[1:]:
        tensor = tensor[:, None]
    if tensor.ndim != len(shape) + 1 or tuple(tensor.shape[1:]) != shape:
        raise InvariantError(f"{name}: expected shape (n, {_list(shape)}), found ({_list(tensor.shape)})")
    if len(tensor) == 0:
        raise InvariantError(f"{name}: expected at least one, found none")
    least, most = torch.aminmax(tensor)
    if not (torch.isfinite(least) and torch.isfinite(most)):
        raise InvariantError(f"{name}: expected finite values, found NaN or infinity")
    if unit_range and (least < 0 or most > 1):
        raise InvariantError(
            f"{name}: likelihood 'bernoulli' expects values from 0 to 1, found {least:.4g} to {most:.4g}"
        )
    return tensor


def vector_tensor(values: Any, number: int, width: int, name: str) -> Tensor:
    """(number, width) float32 tensor; one vector or number is repeated for all, (number,) is a column.

    Raises
    ------
    InvariantError : another shape, or values that are not finite.
    """
    tensor = float_tensor(values, name)
    if tensor.ndim == 0 and width == 1:
        tensor = tensor.expand(number, 1)
    elif tensor.ndim == 1 and width == 1 and len(tensor) == number:
        tensor = tensor[:, None]
    elif tensor.ndim == 1 and len(tensor) == width:
        tensor = tensor.expand(number, width)
    if tuple(tensor.shape) != (number, width):
        raise InvariantError(f"{name}: expected shape ({number}, {width}), found ({_list(tensor.shape)})")
    if not bool(torch.isfinite(tensor).all()):
        raise InvariantError(f"{name}: expected finite values, found NaN or infinity")
    return tensor


def label_tensor(values: Any, number: int, classes: int) -> Tensor:
    """(number,) int64 labels from -1 (not labelled) to classes - 1.

    Raises
    ------
    InvariantError : other values, or a model without classes.
    """
    if classes == 0:
        raise InvariantError("labels: given to a model without classes; set `classes`")
    labels = torch.as_tensor(values)
    if labels.is_floating_point() or tuple(labels.shape) != (number,):
        raise InvariantError(
            f"labels: expected {number} whole numbers, found ({_list(labels.shape)}), {labels.dtype}"
        )
    labels = labels.long()
    if int(labels.min()) < -1 or int(labels.max()) >= classes:
        raise InvariantError(
            f"labels: expected -1 to {classes - 1}, found {int(labels.min())} to {int(labels.max())}"
        )
    return labels


def class_tensor(values: Any, number: int, classes: int) -> Tensor:
    """(number, classes) float32 from class numbers, (number,) or one, or from probabilities.

    Raises
    ------
    InvariantError : another shape, or numbers that are no class.
    """
    tensor = torch.as_tensor(values)
    if not tensor.is_floating_point():
        tensor = tensor.long().expand(number) if tensor.ndim == 0 else tensor.long()
        if tuple(tensor.shape) != (number,) or int(tensor.min()) < 0 or int(tensor.max()) >= classes:
            raise InvariantError(f"classes: expected {number} whole numbers from 0 to {classes - 1}")
        return torch.nn.functional.one_hot(tensor, classes).float()
    return vector_tensor(tensor, number, classes, "classes")


def float_tensor(values: Any, name: str) -> Tensor:
    """A float32 tensor of numbers.

    Raises
    ------
    InvariantError : not numbers.
    """
    try:
        return torch.as_tensor(values).detach().to(torch.float32)
    except (TypeError, ValueError, RuntimeError) as error:
        raise InvariantError(f"{name}: expected an array of numbers ({error})") from error


def _list(shape: Any) -> str:
    return ", ".join(str(length) for length in shape)
