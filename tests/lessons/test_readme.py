"""What the README shows of the lessons is what is printed."""

import contextlib
import io
import re

from tests.lessons.terminal import ROOT


def test_the_view_of_a_convolution_is_the_one_that_is_printed():
    text = (ROOT / "README.md").read_text(encoding="utf-8")
    learn = text.split("## Learn\n")[1].split("\n## ")[0]
    code, shown = re.search(r"```python\n(.*?)```\n\n```\n(.*?)```", learn, re.DOTALL).groups()
    with contextlib.redirect_stdout(io.StringIO()) as printed:
        exec(code, {})
    assert printed.getvalue() == shown
