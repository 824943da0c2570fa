"""nn.functional: every public function is there under the name torch gives it."""

import tinyvision.nn.functional as F


def test_every_public_name_is_a_function_with_a_text():
    for name in F.__all__:
        function = getattr(F, name)
        assert callable(function), name
        assert function.__doc__, name
        assert function.__name__ == name
