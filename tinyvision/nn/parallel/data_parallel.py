"""`DistributedDataParallel`: in every process a copy of the network and a share of the batch.

The loss of a batch is the mean of the losses of its images, so its gradient is the mean of the
gradients of equal shares. Each process computes that of its own share; then all put the mean of all
into their ``grad``. The copies begin alike and take the same steps, so they stay alike.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from typing import Any

import numpy as np

from ...autograd.backward import reachable
from ...autograd.modes import is_grad_enabled
from ...autograd.tensor import Tensor, wrap
from ...distributed.collectives import (
    ReduceOp,
    all_reduce,
    all_reduce_together,
    broadcast_together,
)
from ...distributed.group import member
from ..module import Module


class DistributedDataParallel(Module):
    """Train a module in all processes of the group, each on a share of every batch.

    Made in every process, after :func:`tinyvision.distributed.init_process_group`. All copies then
    have the parameters and buffers of process 0. ``backward()`` ends with the mean of all
    processes' gradients in every parameter's ``grad``; the optimiser, the loss and the data are
    each process's own business, the last with a
    :class:`tinyvision.utils.data.DistributedSampler`.

    The mean of shares is the gradient of the whole batch if the loss is a mean and the shares are
    equally large. Batch normalisation takes the statistics of its own share.

    Source: Li et al., "PyTorch Distributed: Experiences on Accelerating Data Parallel Training",
    2020 (arXiv:2006.15704). Unlike there, all gradients are exchanged at once, at the end of
    ``backward()``.

    Args:
        module: what to train; the attribute ``module``, and so a prefix of the names in
            ``state_dict()``.
        device_ids, output_device, dim: only None, None and 0: there is one device.
        broadcast_buffers: before every forward pass give all processes the buffers of process 0:
            running statistics, for example. None is true.
        init_sync: give all processes the parameters of process 0 to begin with.
        process_group: only None.
        bucket_cap_mb: no effect, the exchange happens at once.
        find_unused_parameters: for a forward pass that does not use all parameters: those count as
            having the gradient 0, unless no process used them.
        gradient_as_bucket_view: no effect.

    Shapes: those of the module.

    Raises:
        RuntimeError: this process has joined no group; nothing in the module is to be trained; in
            a forward pass: the pass before left parameters without a gradient.
        TypeError: not a module.
        ValueError: an argument that is there only for torch's sake.

    >>> import tinyvision as tv
    >>> tv.distributed.init_process_group()
    >>> model = tv.nn.parallel.DistributedDataParallel(tv.nn.Linear(2, 1))
    >>> model(tv.ones(3, 2)).mean().backward()
    >>> model.module.weight.grad
    tensor([[1., 1.]])
    >>> list(model.state_dict())
    ['module.weight', 'module.bias']
    >>> tv.distributed.destroy_process_group()
    """

    def __init__(
        self,
        module: Module,
        device_ids: Any = None,
        output_device: Any = None,
        dim: int = 0,
        broadcast_buffers: bool | None = None,
        init_sync: bool = True,
        process_group: Any = None,
        bucket_cap_mb: int | None = None,
        find_unused_parameters: bool = False,
        gradient_as_bucket_view: bool = False,
    ) -> None:
        super().__init__()
        if not isinstance(module, Module):
            raise TypeError(
                f"DistributedDataParallel: expected a module, got {type(module).__name__}"
            )
        if device_ids is not None or output_device is not None or dim != 0:
            raise ValueError(
                f"DistributedDataParallel: device_ids={device_ids!r}, output_device="
                f"{output_device!r}, dim={dim!r}; there is one device, leave them out"
            )
        member("DistributedDataParallel", process_group)
        self.module = module
        self.broadcast_buffers = broadcast_buffers is None or bool(broadcast_buffers)
        self.find_unused_parameters = find_unused_parameters
        self.require_backward_grad_sync = True
        self._names = {p: name for name, p in module.named_parameters() if p.requires_grad}
        if not self._names:
            raise RuntimeError(
                "DistributedDataParallel: the module has no parameter that requires a gradient; "
                "use the module itself"
            )
        self._syncs = True  # whether the coming backward pass exchanges gradients
        self._await_all()
        if init_sync:
            broadcast_together([*module.parameters(), *module.buffers()], src=0)
        for parameter in self._names:
            parameter.register_post_accumulate_grad_hook(self._has_come)

    def forward(self, *inputs: Any, **kwargs: Any) -> Any:
        """What the module makes of the inputs, a share of the batch."""
        trains = is_grad_enabled()
        if trains:
            self._check_complete()
            self._syncs = self.require_backward_grad_sync
            buffers = list(self.module.buffers())
            if self._syncs and self.broadcast_buffers and buffers:
                broadcast_together(buffers, src=0)
        outputs = self.module(*inputs, **kwargs)
        if trains and self._syncs and self.find_unused_parameters:
            self._mark_unused(outputs)
        return outputs

    @contextmanager
    def no_sync(self) -> Iterator[None]:
        """For forward passes inside, let each process add up gradients of its own.

        The first backward pass of a forward pass outside exchanges what has been added up.
        """
        before, self.require_backward_grad_sync = self.require_backward_grad_sync, False
        try:
            yield
        finally:
            self.require_backward_grad_sync = before

    def _has_come(self, parameter: Any) -> None:
        """The gradient of a parameter is complete; if it was the last one, exchange them all."""
        if self._syncs:
            self._has_begun = True
            self._awaited.pop(parameter, None)
            self._average_if_complete()

    def _average_if_complete(self) -> None:
        if not self._awaited:
            self._average()
            self._await_all()

    def _await_all(self) -> None:
        self._awaited: dict[Any, None] = dict.fromkeys(self._names)
        self._has_begun = False  # a backward pass has brought some of them
        self._used: np.ndarray | None = None

    def _average(self) -> None:
        parameters = list(self._names)
        if self._used is not None:
            all_reduce(wrap(self._used), ReduceOp.MAX)
            parameters = [p for p, used in zip(parameters, self._used, strict=True) if used]
            for parameter in parameters:
                if parameter.grad is None:
                    parameter.grad = wrap(np.zeros_like(parameter._array))
        gradients: list[Any] = [parameter.grad for parameter in parameters]
        if any(gradient.requires_grad for gradient in gradients):
            raise RuntimeError(
                "DistributedDataParallel: backward(create_graph=True) makes gradients that can be "
                "derived again, and the exchange between processes cannot; use the module itself"
            )
        all_reduce_together(gradients, ReduceOp.AVG)

    def _mark_unused(self, outputs: Any) -> None:
        """Do not wait for parameters that the outputs were not made from."""
        leaves = {id(parent) for node in reachable(tensors_in(outputs)) for parent in node.parents}
        self._await_all()
        self._used = np.array([id(parameter) in leaves for parameter in self._names], np.uint8)
        for parameter in self._names:
            if id(parameter) not in leaves:
                del self._awaited[parameter]
        self._average_if_complete()  # where none is used, no backward pass will come

    def _check_complete(self) -> None:
        if not self._has_begun:
            return
        missing = ", ".join(self._names[parameter] for parameter in self._awaited)
        raise RuntimeError(
            "DistributedDataParallel: the last backward pass brought no gradient to "
            f"{missing}, so gradients were not exchanged; let all parameters take part in the "
            "loss, or pass find_unused_parameters=True"
        )


def tensors_in(outputs: Any) -> list[Tensor]:
    """The tensors of a tensor, or of tuples, lists and dictionaries of tensors.

    >>> import tinyvision as tv
    >>> tensors_in({"a": tv.zeros(1), "b": [tv.ones(1), "text"]})
    [tensor([0.]), tensor([1.])]
    """
    if isinstance(outputs, Tensor):
        return [outputs]
    if isinstance(outputs, Mapping):
        outputs = list(outputs.values())
    if isinstance(outputs, (list, tuple)):
        return [tensor for output in outputs for tensor in tensors_in(output)]
    return []
