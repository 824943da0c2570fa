"""Cross-correlation of images with kernels, and its two adjoints: what convolution is made of.

`y[n, o, i, j] = b[o] + sum over c, m, k of w[o, c, m, k] * x[n, c, i*stride + m, j*stride + k]`

Three primitives close under derivation, because the operation is linear in the image and in the
kernel: the correlation itself, its adjoint in the image, and its adjoint in the kernel.
Source: V. Dumoulin and F. Visin, "A guide to convolution arithmetic for deep learning" (2016).
"""

from __future__ import annotations

import functools
import math

import numpy as np

from ...autograd.primitive import primitive
from ...threads import get_num_threads, in_parts
from ..base.broadcast import column_sums, reshape_to, sum_over
from ..base.product import WORTH_SHARING
from .im2col import add_windows, output_size, padded_for_windows, pieces, tiles, windows

# To images of so few channels the way back is faster by adding windows: by the flipped kernel it is
# a product with as many columns, which uses BLAS badly.
_FEW_CHANNELS = 4

# `padding` is ((top, bottom), (left, right)); `stride`, `dilation` are pairs.


def _kernel_matrix(w, groups):
    """(O, C/g, KH, KW) -> (g, KH*KW*C/g, O/g): one matrix per group, rows as in im2col."""
    o, c, kh, kw = w.shape
    apart = w.reshape(groups, o // groups, c, kh, kw)
    return apart.transpose(0, 3, 4, 2, 1).reshape(groups, kh * kw * c, o // groups)


def _grouped(rows, groups, channels):
    """Rows over all channels -> one set of rows per group: (P, K*C) -> (g, P, K*C/g)."""
    if groups == 1:
        return rows[None]
    count, width = rows.shape
    apart = rows.reshape(count, width // channels, groups, channels // groups)  # (P, K, g, C/g)
    return apart.transpose(2, 0, 1, 3).reshape(groups, count, width // groups)


def _share_out(x, y_shape, kernel, work, *, stride, padding, dilation) -> None:
    """Call `work` on parts of the windows of `x`: images, or rows if there are too few images.

    It gets the (images, rows) it is to do, and these windows, (N, OH, OW, KH, KW, C).
    """

    def windows_of(images):
        image = padded_for_windows(images, padding, kernel, stride, dilation)
        return windows(image, kernel, stride, dilation)

    n, out_channels, oh, ow = y_shape
    by_image = n == 0 or n >= get_num_threads()
    size = n if by_image else oh
    multiplications = n * oh * ow * out_channels * x.shape[1] * math.prod(kernel)
    least = math.ceil(size * WORTH_SHARING / max(multiplications, 1))
    if by_image:  # who works on an image gives it its border, and so has it in the cache

        def part(start: int, stop: int) -> None:
            work((slice(start, stop), slice(None)), windows_of(x[start:stop]))

    else:
        view = windows_of(x)

        def part(start: int, stop: int) -> None:
            rows = slice(start, stop)
            for image in range(n):  # one by one: of several, these rows are not adjacent in memory
                one = slice(image, image + 1)
                work((one, rows), view[one, rows])

    in_parts(size, part, least)


@primitive
def correlate(x, w, bias, *, stride, padding, dilation, groups):
    """(N, C, H, W) with (O, C/g, KH, KW) -> (N, O, OH, OW)."""
    c, out_channels, kernel = x.shape[1], w.shape[0], w.shape[2:]
    geometry = {"stride": stride, "padding": padding, "dilation": dilation}
    padded = [size + sum(borders) for size, borders in zip(x.shape[2:], padding, strict=True)]
    oh, ow = output_size(padded, kernel, stride, dilation)
    out = np.empty((len(x), oh, ow, out_channels), x.dtype)
    matrix = _kernel_matrix(w, groups)
    ones = bias is not None and groups == 1
    if ones:  # as one more row of the kernel's matrix the bias costs nothing
        matrix = np.concatenate([matrix, bias[None, None]], axis=1)  # (1, K*C + 1, O)

    def work(mine, view) -> None:
        answer = out[mine]
        for where, rows in tiles(view, ones):
            place = answer[where].reshape(len(rows), out_channels)
            if groups == 1:
                np.matmul(rows, matrix[0], out=place)  # (P, K*C) @ (K*C, O) -> (P, O)
                continue
            # (g, P, K*C/g) @ (g, K*C/g, O/g) -> (g, P, O/g) -> (P, O)
            products = np.matmul(_grouped(rows, groups, c), matrix)
            place[...] = products.transpose(1, 0, 2).reshape(place.shape)
            if bias is not None:
                # A long row is added several times faster than one along the short last axis.
                lines = place.reshape(len(rows) // ow, ow * out_channels)
                lines += np.tile(bias, ow)

    out_channels_first = out.transpose(0, 3, 1, 2)  # (N, OH, OW, O) -> (N, O, OH, OW)
    _share_out(x, out_channels_first.shape, kernel, work, **geometry)
    return out_channels_first


@primitive
def correlate_input_adjoint(y, w, *, size, stride, padding, dilation, groups):
    """From the answer back to the image: (N, O, OH, OW) with (O, C/g, KH, KW) -> (N, C, *size)."""
    reach = [d * (k - 1) for d, k in zip(dilation, w.shape[2:], strict=True)]
    within = all(max(borders) <= r for r, borders in zip(reach, padding, strict=True))
    if stride == (1, 1) and within and not _has_few_channels(w, groups):
        return _by_flipped_kernel(y, w, reach, padding, dilation, groups)
    return _by_adding_windows(y, w, size, stride, padding, dilation, groups)


def _has_few_channels(w, groups) -> bool:
    return groups == 1 and w.shape[1] <= _FEW_CHANNELS


def _by_flipped_kernel(y, w, reach, padding, dilation, groups):
    """At stride 1 the adjoint is a correlation again, of the padded gradient, kernel flipped."""
    o, c, kh, kw = w.shape
    flipped = w[:, :, ::-1, ::-1].reshape(groups, o // groups, c, kh, kw)
    turned = flipped.swapaxes(1, 2).reshape(groups * c, o // groups, kh, kw)
    around = tuple(
        (r - before, r - after) for r, (before, after) in zip(reach, padding, strict=True)
    )
    return correlate.function(
        y, turned, None, stride=(1, 1), padding=around, dilation=dilation, groups=groups
    )


def _by_adding_windows(y, w, size, stride, padding, dilation, groups):
    """Spread each pixel of the gradient over the window it came from (col2im)."""
    (top, bottom), (left, right) = padding
    n, o, oh, ow = y.shape
    c, (kh, kw) = w.shape[1] * groups, w.shape[2:]
    height, width = size[0] + top + bottom, size[1] + left + right
    matrix = _kernel_matrix(w, groups).swapaxes(1, 2)  # (g, O/g, KH*KW*C/g)
    pixels = y.transpose(0, 2, 3, 1)  # (N, O, OH, OW) -> (N, OH, OW, O)
    by_plane = _has_few_channels(w, groups)  # longer runs to add, as in im2col to copy
    if by_plane:
        image = np.zeros((n, c, height, width), y.dtype).transpose(0, 2, 3, 1)
    else:
        image = np.zeros((n, height, width, c), y.dtype)

    def part(start: int, stop: int) -> None:
        shape = (stop - start, oh, ow, kh, kw, c)
        for images, lines in pieces(shape, y.itemsize):
            block = pixels[start:stop][images, lines]
            place, count = block.shape[:3], len(block) * block.shape[1] * ow
            if by_plane:
                # (K*C, O) @ (O, P) -> (K*C, P)
                rows = np.matmul(matrix[0].T, block.reshape(count, o).T)
                rows = rows.reshape(kh, kw, c, *place).transpose(3, 4, 5, 0, 1, 2)
            else:
                # (g, P, O/g) @ (g, O/g, K*C/g) -> (g, P, K*C/g)
                rows = np.matmul(_grouped(block.reshape(count, o), groups, o), matrix)
                rows = rows.reshape(groups, *place, kh, kw, c // groups)
                rows = rows.transpose(1, 2, 3, 4, 5, 0, 6).reshape(*place, kh, kw, c)
            add_windows(
                rows, image[start:stop][images, lines.start * stride[0] :], stride, dilation
            )

    in_parts(n, part, least=math.ceil(WORTH_SHARING / max(oh * ow * w.size, 1)))
    inner = image[:, top : top + size[0], left : left + size[1]]
    return inner.transpose(0, 3, 1, 2)  # (N, H, W, C) -> (N, C, H, W)


@primitive
def correlate_weight_adjoint(x, y, *, kernel, stride, padding, dilation, groups):
    """From the answer back to the kernel: (N, C, H, W), (N, O, OH, OW) -> (O, C/g, KH, KW)."""
    cfg = {"stride": stride, "padding": padding, "dilation": dilation, "groups": groups}
    return _kernels(_products_with_windows(x, y, kernel, **cfg)[:, :-1], kernel, x.dtype)


@primitive
def correlate_kernel_slopes(x, y, *, kernel, stride, padding, dilation, groups):
    """As :func:`correlate_weight_adjoint`, and the gradient of the bias, (O,), end to end.

    That is the sum of `y`, best added up where its pixels are in the cache.
    """
    cfg = {"stride": stride, "padding": padding, "dilation": dilation, "groups": groups}
    total = _products_with_windows(x, y, kernel, sums=True, **cfg)
    kernels = _kernels(total[:, :-1], kernel, x.dtype)
    return np.concatenate([kernels.reshape(-1), total[:, -1].reshape(-1).astype(x.dtype)])


def _end_in_a_one(width, groups) -> bool:
    """Whether the gradient of the kernel is computed from windows with a one at their end.

    BLAS multiplies in blocks of four: 27 rows, 3 x 3 pixels of 3 colours, take longer than 28. And
    a one times `y` is what the gradient of the bias adds up.
    """
    return groups == 1 and width % 4 == 3


def _products_with_windows(x, y, kernel, sums=False, *, stride, padding, dilation, groups):
    """Windows times `y`, summed over all pixels: (g, K*C/g + 1, O/g).

    The last row is the sum of `y` itself, if wanted.
    """
    c, o = x.shape[1], y.shape[1]
    geometry = {"stride": stride, "padding": padding, "dilation": dilation}
    pixels = y.transpose(0, 2, 3, 1)  # (N, O, OH, OW) -> (N, OH, OW, O)
    width = math.prod(kernel) * c
    ones = _end_in_a_one(width, groups)
    totals = {}

    def work(mine, view) -> None:
        # In float64, as there may be millions of pixels: float32 would lose digits, float16
        # overflow.
        total = np.zeros((groups, width // groups + 1, o // groups), np.float64)
        slopes = pixels[mine]
        for where, rows in tiles(view, ones):
            block = slopes[where].reshape(len(rows), o)
            if groups == 1:
                # (K*C, P) @ (P, O) -> (K*C, O); `matmul` may keep threads waiting:
                # see base/product.py
                total[0, : width + ones] += np.dot(rows.T, block)
            else:
                # (g, K*C/g, P) @ (g, P, O/g) -> (g, K*C/g, O/g)
                blocks = _grouped(block, groups, o)
                total[:, :-1] += _grouped(rows, groups, c).swapaxes(1, 2) @ blocks
            if sums and not ones:
                total[:, -1] += column_sums(block).reshape(groups, o // groups)
        totals[mine[0].start or 0, mine[1].start or 0] = total

    _share_out(x, y.shape, kernel, work, **geometry)
    # In the order of the parts, not that in which the threads came to an end.
    return functools.reduce(np.add, (totals[part] for part in sorted(totals)))


def _kernels(matrices, kernel, dtype):
    """Undo :func:`_kernel_matrix`: (g, KH*KW*C/g, O/g) -> (O, C/g, KH, KW)."""
    groups, width, o = matrices.shape
    c = width // (kernel[0] * kernel[1])
    apart = matrices.reshape(groups, *kernel, c, o)
    # (g, KH, KW, C/g, O/g) -> (g, O/g, C/g, KH, KW) -> (O, C/g, KH, KW)
    kernels = apart.transpose(0, 4, 3, 1, 2).reshape(groups * o, c, *kernel)
    return kernels.astype(dtype, copy=False)


def _sum_of_pixels(g):
    return sum_over(g, axes=(0, 2, 3), keepdim=False)


correlate.defvjp(
    x=lambda g, w, x_shape, **cfg: correlate_input_adjoint(g, w, size=x_shape[2:], **cfg),
    w=lambda g, x, w_shape, **cfg: correlate_weight_adjoint(x, g, kernel=w_shape[2:], **cfg),
    bias=_sum_of_pixels,
)


def _rule_of_kernel_and_bias(g, x, w, *, needs, **cfg):
    image = correlate_input_adjoint(g, w, size=x.shape[2:], **cfg) if needs[0] else None
    slopes = correlate_kernel_slopes(x, g, kernel=w.shape[2:], **cfg)
    return image, *_apart(slopes, w.shape)


def _apart(flat, shape):
    """The gradients of a kernel of this shape and of its bias."""
    size = math.prod(shape)
    return reshape_to(flat[:size], shape=shape), flat[size:]


correlate.defvjp_joint(_rule_of_kernel_and_bias, wanted=("w", "bias"))
correlate_input_adjoint.defvjp(
    y=lambda g, w, *, size, **cfg: correlate(g, w, None, **cfg),
    w=lambda g, y, w_shape, *, size, **cfg: correlate_weight_adjoint(
        g, y, kernel=w_shape[2:], **cfg
    ),
)
correlate_weight_adjoint.defvjp(
    x=lambda g, y, x_shape, *, kernel, **cfg: correlate_input_adjoint(
        y, g, size=x_shape[2:], **cfg
    ),
    y=lambda g, x, *, kernel, **cfg: correlate(x, g, None, **cfg),
)


def _rule_of_slopes(g, x, y, *, kernel, **cfg):
    weight, bias = _apart(g, (y.shape[1], x.shape[1] // cfg["groups"], *kernel))
    return (
        correlate_input_adjoint(y, weight, size=x.shape[2:], **cfg),
        correlate(x, weight, bias, **cfg),
    )


correlate_kernel_slopes.defvjp_joint(_rule_of_slopes)
