"""`DistributedDataParallel`: in every process a copy of the network and a share of the batch.

The loss of a batch is the mean of the losses of its images, so its gradient is the mean of the
gradients of equal shares. Each process computes that of its own share; then all put the mean of all
into their ``grad``. The copies begin alike and take the same steps, so they stay alike.
"""

from __future__ import annotations

import weakref
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import fields, is_dataclass
from typing import Any

import numpy as np

from ...autograd.hooks import is_queued, queue_callback
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
    ``backward()``. A backward pass through the bare ``module`` exchanges nothing.

    Args:
        module: what to train; the attribute ``module``, and so a prefix of the names in
            ``state_dict()``.
        device_ids, output_device, dim: only None, None and 0: there is one device.
        broadcast_buffers: before every forward pass give all processes the buffers of process 0:
            running statistics, for example. None is true.
        init_sync: give all processes the parameters of process 0 to begin with.
        process_group: only None.
        bucket_cap_mb: no effect, the exchange happens at once.
        find_unused_parameters: for backward passes that do not reach all parameters: those count as
            having the gradient 0, unless they were reached in no process. Each process must make
            as many passes, and reach a parameter in each.
        gradient_as_bucket_view: no effect.

    Shapes: those of the module.

    Raises:
        RuntimeError: this process has joined no group; nothing in the module is to be trained; in
            ``backward()``: a parameter got no gradient, or the gradients are to be derived again.
        TypeError: not a module; in a forward pass: no tensor is found in what it gives.
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
        self._come: set[Any] = set()  # parameters with a gradient to exchange
        self._syncs = True  # the backward pass that runs is one that exchanges
        self._reached = False  # and has come to a parameter
        if init_sync:
            broadcast_together([*module.parameters(), *module.buffers()], src=0)
        # The parameters may live longer than this: their hooks neither keep it nor outlive it.
        me = weakref.ref(self)

        def has_come(parameter: Any) -> None:
            wrapper = me()
            if wrapper is not None:
                wrapper._has_come(parameter)

        handles = [p.register_post_accumulate_grad_hook(has_come) for p in self._names]
        weakref.finalize(self, _remove, handles)

    def forward(self, *inputs: Any, **kwargs: Any) -> Any:
        """What the module makes of the inputs, a share of the batch."""
        if not is_grad_enabled():
            return self.module(*inputs, **kwargs)
        syncs = self.require_backward_grad_sync
        buffers = list(self.module.buffers())
        if syncs and self.broadcast_buffers and buffers:
            broadcast_together(buffers, src=0)
        outputs = self.module(*inputs, **kwargs)
        found = tensors_in(outputs)
        if outputs is not None and not found:
            raise TypeError(
                f"DistributedDataParallel: no tensor was found in what the module gives, "
                f"{type(outputs).__name__}; give a tensor, or tuples, lists, dictionaries or "
                "dataclasses of tensors"
            )
        for tensor in found:
            if tensor.requires_grad and not tensor.is_leaf:
                tensor.register_hook(lambda gradient: self._begins(syncs))
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

    def _begins(self, syncs: bool) -> None:
        """A backward pass has come to an output; of several, one that exchanges decides."""
        goes_on = is_queued(self._is_over)
        self._syncs = syncs or (goes_on and self._syncs)
        if not goes_on:
            self._reached = False
            queue_callback(self._is_over)

    def _has_come(self, parameter: Any) -> None:
        """A parameter has its gradient of a backward pass."""
        if is_queued(self._is_over):  # a pass through the bare module is this process's business
            self._reached = True
            self._come.add(parameter)

    def _is_over(self) -> None:
        """All parameters have their gradients of a backward pass."""
        if self._syncs and self._reached:
            parameters = self._used() if self.find_unused_parameters else self._all()
            self._come.clear()
            gradients: list[Any] = [parameter.grad for parameter in parameters]
            if any(gradient.requires_grad for gradient in gradients):
                raise RuntimeError(
                    "DistributedDataParallel: backward(create_graph=True) makes gradients that "
                    "can be derived again, and the exchange between processes cannot; use the "
                    "module itself"
                )
            all_reduce_together(gradients, ReduceOp.AVG)

    def _all(self) -> list[Any]:
        """All parameters, each with a gradient."""
        missing = [name for parameter, name in self._names.items() if parameter not in self._come]
        if missing:
            raise RuntimeError(
                "DistributedDataParallel: the backward pass brought no gradient to "
                f"{', '.join(missing)}, so gradients are not exchanged; let all parameters take "
                "part in the loss (of several losses call backward() of their sum), or pass "
                "find_unused_parameters=True"
            )
        return list(self._names)

    def _used(self) -> list[Any]:
        """The parameters that some process has used; where it was another one, with gradient 0."""
        used = np.array([parameter in self._come for parameter in self._names], np.uint8)
        all_reduce(wrap(used), ReduceOp.MAX)
        parameters = [p for p, is_used in zip(self._names, used, strict=True) if is_used]
        for parameter in parameters:
            if parameter.grad is None:
                parameter.grad = wrap(np.zeros_like(parameter._array))
        return parameters


def _remove(handles: list[Any]) -> None:
    for handle in handles:
        handle.remove()


def tensors_in(outputs: Any) -> list[Tensor]:
    """The tensors of a tensor, or of tuples, lists, dictionaries and dataclasses of tensors.

    >>> import tinyvision as tv
    >>> tensors_in({"a": tv.zeros(1), "b": [tv.ones(1), "text"]})
    [tensor([0.]), tensor([1.])]
    """
    if isinstance(outputs, Tensor):
        return [outputs]
    if isinstance(outputs, Mapping):
        outputs = list(outputs.values())
    elif is_dataclass(outputs) and not isinstance(outputs, type):
        outputs = [getattr(outputs, field.name) for field in fields(outputs)]
    if isinstance(outputs, (list, tuple)):
        return [tensor for output in outputs for tensor in tensors_in(output)]
    return []
