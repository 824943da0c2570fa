"""Operations on tensors, by family. Each file holds primitives with their derivative rules.

What all stand on:
    promote, pointwise, broadcast, index, choose, assign, product, blocks, rows, table, keep,
    matrices, scipy_special; multiply_adds counts them, operators binds them to `Tensor`
Element by element:
    arithmetic, division, plus_product, power, exponential, logarithms, trigonometric, hyperbolic,
    special, normal, rounding, signs, bits, compare, close, finite, types, inplace
Made, shaped and put together:
    create, like, shape, order, join, stacks, grids, slices, triangle, diagonal, pad,
    pixel_shuffle, fold
Read from and written to by index:
    gather, scatter, select, put, embedding, unique, histogram
Added up, and along an axis:
    reduce, statistics, norm, quantile, scan, recurrence, trapezoid, distance
By chance:
    random, random_inplace, sample, dropout
Linear algebra:
    linalg, products, chain, einsum, solve, determinant, cholesky, decompositions, svd,
    pseudo_inverse, matrix_exp, matrix_norm, vander
Of layers:
    linear, bilinear, activation, elu, gelu, piecewise, softmax; shape_advice says what was meant
Convolution:
    conv, conv_transpose, correlate, im2col, signal
Pooling, and images made larger or smaller:
    pool, pool1d, avg_pool, adaptive_pool, lp_pool, unpool, places, interpolate, grid_sample
Normalisation:
    layer_norm, layer_norm_rows, normalize, instance_norm, local_response_norm, standardize,
    affine
Attention:
    attention, blocked_attention, attention_blocks
Losses:
    loss, likelihood, margin_loss, metric_loss, reduction
"""

from . import operators

operators.bind()
