"""Added up, and along an axis: sums, norms, order statistics, scans."""
