"""Tensors made, and put together, cut and laid out anew."""
