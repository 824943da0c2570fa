"""Operations that work element by element, activations among them."""
