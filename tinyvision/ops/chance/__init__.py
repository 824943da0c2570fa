"""Random numbers, samples and dropout."""
