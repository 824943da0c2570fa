"""Exercises: one small file for each lesson, in the learner's own folder, and what checks them.

| file | what it does |
|---|---|
| `catalogue.py` | the list of exercises |
| `start/`, `solutions/`, `hints.py` | what the learner gets, ours, and three hints each |
| `grading/` | for each exercise its checks, and the mistakes that are known by name |
| `trial.py`, `checks.py` | what a check is made of |
| `learner.py`, `watched.py`, `outcome.py`, `guard.py` | a learner's code, run whatever it does |
| `grade.py`, `causes.py`, `result.py` | grading one file; what is likely wrong with it |
| `runner.py`, `worker.py` | the same in a process of its own |
| `folder.py`, `readme.py`, `checking.py` | the learner's folder, and what is remembered in it |
| `report.py`, `display.py`, `watch.py`, `keys.py` | what is printed, and checking at each save |

To add an exercise: a line in `catalogue.py`, a file each in `start/`, `solutions/` and `grading/`,
three hints, and at least five wrong answers in `tests/exercises/wrong/`.

Only `grading/` and what it imports need Hypothesis.
"""
