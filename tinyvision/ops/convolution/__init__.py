"""Convolution of images and signals, its transpose, and the windows it is made of."""
