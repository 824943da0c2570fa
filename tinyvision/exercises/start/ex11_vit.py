"""Exercise 11: the class token of a Vision Transformer.

The network below reads digits of 8 x 8 pixels as 4 patches and classifies the mean of what the
encoder makes of them. The Vision Transformer, as it was published, does it another way: it puts a
fifth row before the patches, the class token. The token is learned and the same for every image. In
the encoder it looks at the patches; what it has become is classified.

    patches    (N, 4, dim)
    token      (1, 1, dim), repeated for N images      (N, 1, dim)
    joined     the token first                         (N, 5, dim)
    position   5 places now, not 4                     (5, dim)

tv.cat([a, b], 1) joins along axis 1, and a.expand(n, -1, -1) repeats the first axis, of size 1.

Check it with: tinyvision check 11
"""

import tinyvision as tv
from tinyvision import nn
from tinyvision.models import Encoder, PatchEmbedding


class ViT(nn.Module):
    """A small Vision Transformer: images (N, 1, 8, 8) -> scores (N, 10)."""

    def __init__(self, dim=8):
        super().__init__()
        self.embedding = PatchEmbedding(patch_size=4, channels=1, dim=dim)
        # TODO 1: self.token, something that learns, of shape (1, 1, dim); and one place more.
        self.position = nn.Parameter(tv.randn(4, dim))
        self.encoder = Encoder(dim, depth=1, heads=2, dim_head=4, mlp_dim=16)
        self.head = nn.Linear(dim, 10)

    def forward(self, images):
        """Scores of each image."""
        x = self.embedding(images)  # (N, 1, 8, 8) -> (N, 4, dim)
        # TODO 2: put the token before the patches of each image.
        x = self.encoder(x + self.position)
        # TODO 3: classify what has become of the token, not the mean.
        return self.head(x.mean(1))


if __name__ == "__main__":
    print(ViT()(tv.zeros(2, 1, 8, 8)).shape)
