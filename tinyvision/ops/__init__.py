"""Operations on tensors, by family. Each file holds primitives with their derivative rules."""

from . import operators

operators.bind()
