import types

import tinyvision.viz as viz


def test_every_public_name_is_a_function_and_not_the_module_of_that_name():
    for name in viz.__all__:
        assert isinstance(getattr(viz, name), types.FunctionType), name
