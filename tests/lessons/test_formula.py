"""TeX formulas in Unicode."""

import pytest

from tinyvision.lessons.formula import in_unicode


@pytest.mark.parametrize(
    ("tex", "text"),
    [
        (r"y_{ij} = \sum_m \sum_n w_{mn} x_{i+m,j+n}", "yᵢⱼ = Σₘ Σₙ wₘₙ x[i+m,j+n]"),
        (r"w_i = e^{s_i} / \sum_j e^{s_j}", "wᵢ = e^(sᵢ) / Σⱼ e^(sⱼ)"),
        (r"\hat x = (x - \mu) / \sqrt{\sigma^2 + \epsilon}", "x\u0302 = (x - μ) / √(σ² + ε)"),
        (r"\mathrm{softmax}(QK^T/\sqrt{d})\,V", "softmax(QKᵀ/√d) V"),
        (r"\langle Kx, y \rangle = \langle x, K^T y \rangle", "⟨Kx, y⟩ = ⟨x, Kᵀ y⟩"),
        (r"x \in \mathbb{R}^{8 \times 8}", "x ∈ ℝ^(8 × 8)"),
        (r"\frac{\partial L}{\partial w}", "(∂L)/(∂w)"),
        (r"\frac{a}{b+c}", "a/(b+c)"),
        (r"\beta_1^2 \mu x + \nabla f", "β₁² μx + ∇f"),
        (r"w_q \cdot x", "w_q · x"),
        ("(f(x+h) - f(x-h)) / 2h", "(f(x+h) - f(x-h)) / 2h"),
        ("a\n  + b", "a + b"),
    ],
)
def test_a_small_formula_is_one_line_of_unicode(tex, text):
    assert in_unicode(tex) == text


@pytest.mark.parametrize("tex", [r"\begin{matrix} 1 \\ 2 \end{matrix}", r"\unknown x", "a_{b"])
def test_what_does_not_do_stays_as_it_is(tex):
    assert in_unicode(tex) == tex
