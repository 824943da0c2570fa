"""Systems of equations, decompositions, and products of many matrices."""
