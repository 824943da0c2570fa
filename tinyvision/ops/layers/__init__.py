"""What layers compute: linear, softmax, attention."""
