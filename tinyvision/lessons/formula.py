"""TeX formulas as a terminal can show them: the small ones that lessons have, in Unicode."""

from __future__ import annotations

import re

_SIGNS = {
    "alpha": "α", "beta": "β", "gamma": "γ", "delta": "δ", "Delta": "Δ", "epsilon": "ε",
    "varepsilon": "ε", "eta": "η", "theta": "θ", "lambda": "λ", "mu": "μ", "nu": "ν", "pi": "π",
    "rho": "ρ", "sigma": "σ", "Sigma": "Σ", "tau": "τ", "phi": "φ", "omega": "ω",
    "sum": "Σ", "prod": "Π", "partial": "∂", "nabla": "∇", "infty": "∞", "cdot": "·",
    "times": "×", "odot": "⊙", "div": "÷", "pm": "±", "leq": "≤", "le": "≤", "geq": "≥",
    "ge": "≥", "neq": "≠", "ne": "≠", "approx": "≈", "propto": "∝", "in": "∈", "to": "→",
    "rightarrow": "→", "leftarrow": "←", "langle": "⟨", "rangle": "⟩", "ldots": "…", "dots": "…",
    "cdots": "…", "perp": "⊥", "top": "ᵀ", "mid": "|", "max": "max", "min": "min", "exp": "exp",
    "log": "log", "ln": "ln", "tanh": "tanh", "quad": "  ", "lVert": "‖", "rVert": "‖", "ell": "ℓ",
    "left": "", "right": "", "lfloor": "⌊", "rfloor": "⌋", "circ": "∘",
}  # fmt: skip
_LOW = dict(
    zip("0123456789+-=()aehijklmnoprstuvx", "₀₁₂₃₄₅₆₇₈₉₊₋₌₍₎ₐₑₕᵢⱼₖₗₘₙₒₚᵣₛₜᵤᵥₓ", strict=True)
)
_HIGH = dict(zip("0123456789+-=()inT", "⁰¹²³⁴⁵⁶⁷⁸⁹⁺⁻⁼⁽⁾ⁱⁿᵀ", strict=True))
_HAT = "\u0302"
_GLUED = "αβγδΔεηθλμνπρσΣτφωΠ∂∇ℓ"
_POWER, _INDEX = "\uff3e", "\uff3f"  # for ^ and _ until all of them are done
_GROUP = r"\{([^{}]*)\}"  # innermost first


def in_unicode(tex: str) -> str:
    """A formula in one line of Unicode, or as it is where that does not do.

    >>> in_unicode(r"y_{ij} = \\sum_m w_{mn} x_{i+m,j+n}")
    'yᵢⱼ = Σₘ wₘₙ x[i+m,j+n]'
    >>> in_unicode(r"\\mathrm{softmax}(QK^T / \\sqrt{d})\\,V")
    'softmax(QKᵀ / √d) V'
    >>> in_unicode(r"\\begin{matrix} 1 \\end{matrix}")
    '\\\\begin{matrix} 1 \\\\end{matrix}'
    """
    text = " ".join(tex.split())
    text = re.sub(r"\\[,;: ]", " ", text).replace(r"\!", "")
    text = re.sub(r"\\mathbb\{R\}", "ℝ", text)
    text = re.sub(r"\\(?:mathrm|text|operatorname|mathbf|mathit)\{([^{}]*)\}", r"\1", text)
    text = re.sub(r"\\hat\s*(?:\{(\w)\}|(\w))", lambda m: (m[1] or m[2]) + _HAT, text)
    text = re.sub(r"\\([A-Za-z]+)(\s?)(?=(\w?))", _sign, text)
    before = None
    while text != before:
        before = text
        text = re.sub(rf"\\frac{_GROUP}{_GROUP}", lambda m: f"{_whole(m[1])}/{_whole(m[2])}", text)
        text = re.sub(rf"\\sqrt{_GROUP}", lambda m: f"√{_whole(m[1])}", text)
        text = re.sub(rf"_(?:{_GROUP}|([^\s{{}}]))", _low, text)
        text = re.sub(rf"\^(?:{_GROUP}|([^\s{{}}]))", _high, text)
    if re.search(r"[\\{}]", text):
        return " ".join(tex.split())
    return text.replace(" ⟩", "⟩").replace(_POWER, "^").replace(_INDEX, "_")


def _sign(match: re.Match[str]) -> str:
    if match[1] not in _SIGNS:
        return match[0]
    sign = _SIGNS[match[1]]
    glued = sign == "⟨" or (match[3] and sign in _GLUED)  # a space only ended the name
    return sign if glued else sign + match[2]


def _whole(text: str) -> str:
    """In brackets unless it is one thing."""
    return text if re.fullmatch(r"\w+\S?|.", text) else f"({text})"


def _low(match: re.Match[str]) -> str:
    inside = match[1] if match[1] is not None else match[2]
    if all(character in _LOW for character in inside):
        return "".join(_LOW[character] for character in inside)
    return f"[{inside}]" if len(inside) > 1 else _INDEX + inside


def _high(match: re.Match[str]) -> str:
    inside = match[1] if match[1] is not None else match[2]
    if all(character in _HIGH for character in inside):
        return "".join(_HIGH[character] for character in inside)
    return f"{_POWER}({inside})" if len(inside) > 1 else _POWER + inside
