"""The lessons themselves can be made pages: their texts are rendered, their questions found."""

import ast

import pytest

from tinyvision.lessons.catalogue import lessons
from tinyvision.lessons.cells import listed
from tinyvision.lessons.player import split
from tinyvision.site.prose import Prose
from tinyvision.site.recording import taken_apart

LESSONS = {lesson.path.stem: lesson for lesson in lessons()}


@pytest.fixture(params=LESSONS)
def lesson(request):
    return LESSONS[request.param]


def test_its_texts_and_formulas_are_rendered(lesson):
    prose = Prose({each.number: "page.html" for each in LESSONS.values()})
    texts = [listed(lesson.script.intro)]
    texts += [cell.source for cell in lesson.script.cells if cell.kind == "text"]
    for text in texts:
        html = prose.html(text)
        assert html.count("<math") == text.count("$") / 2


def test_its_questions_are_taken_out_of_the_code_with_their_answers(lesson):
    for cell in lesson.script.cells:
        if cell.kind == "text":
            continue
        shown = []
        asked = False
        for part in split(cell.source, cell.line, "lesson.py"):
            _, code, _, expression = taken_apart(part, asked)
            asked = bool(expression)
            assert asked == part.asks
            shown.append(code)
        calls = [
            node
            for node in ast.walk(ast.parse("\n".join(shown)))
            if isinstance(node, ast.Call) and getattr(node.func, "id", "") == "predict"
        ]
        assert calls == []
