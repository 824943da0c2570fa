"""Proofs: every primitive, function and layer held against central differences, on drawn inputs.

The table of cases is the folder `cases` (functions, one file a family) and the folder `layers`.
Hypothesis draws the inputs: shapes with sizes 0 and 1, strides, axes, values. The test suite puts
every case through many properties; ``tinyvision gradcheck`` through first and second derivatives.
Needs the package hypothesis: ``pip install 'tinyvision[proofs]'``.

To add cases, add them to a file of the folder `cases`::

    from ..case import Call, Case, arrays, elementwise, shapes

    CASES = [
        # a function of one array: a line
        elementwise("sqrt", lambda shape: arrays(shape, 0.1, 3.0)),
        # anything else: a strategy that draws whole calls
        Case(
            "reshape_to",
            calls=arrays(shapes()).map(lambda x: Call(x, shape=(x.size,))),
            empty=(Call(np.zeros((2, 0)), shape=(0, 5)),),
            linear="together",
        ),
        # a public function made of primitives
        Case("mean", primitive=None, function=tv.mean, calls=..., empty=...),
    ]

What the fields mean stands in `case.py` and `layer.py`. Cases call the package by its public names,
as a user does. The suite fails on a primitive or a layer that has no case.
"""
