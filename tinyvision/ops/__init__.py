"""Operations on tensors, by family. Each file holds primitives with their derivative rules.

A folder imports from those above it, never from those below:

    base            what all stand on: arguments made ready, broadcasting, choosing, products
    shapes          made, and put together, cut and laid out anew
    chance          random numbers, samples, dropout
    indexing        read from and written to by index
    elementwise     element by element, activations among them
    layers          what layers compute: linear, softmax, attention
    linear_algebra  systems of equations, decompositions, products of many matrices
    convolution     of images and signals, its transpose, the windows it is made of
    reductions      added up, and along an axis: sums, norms, order statistics, scans
    pooling         and images made larger or smaller
    losses          how wrong an answer is, as one number
    normalisation   over a batch, groups, or the features of one example

`operators` binds them to `Tensor`, `inplace` and `random_inplace` their forms that change a tensor;
`multiply_adds` counts them.
"""

from . import operators

operators.bind()
