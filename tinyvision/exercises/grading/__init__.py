"""How each exercise is graded, a file an exercise: each defines GRADING.

What is expected is never taken from tinyvision's own operations: it is worked out by hand, by
SciPy, by plain loops, by differences, or by a closed form. Needs Hypothesis.
"""
