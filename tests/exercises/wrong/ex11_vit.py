"""Wrong answers to exercise 11: what the check says of each, and the program."""


def network(
    token="nn.Parameter(tv.randn(1, 1, dim))",
    places=5,
    join="tv.cat([self.token.expand(len(x), -1, -1), x], 1)",
    encode="self.encoder(x + self.position)",
    pick="x[:, 0]",
):
    """The network with some lines changed."""
    return f"""
class ViT(nn.Module):
    def __init__(self, dim=8):
        super().__init__()
        self.embedding = PatchEmbedding(patch_size=4, channels=1, dim=dim)
        self.token = {token}
        self.position = nn.Parameter(tv.randn({places}, dim))
        self.encoder = Encoder(dim, depth=1, heads=2, dim_head=4, mlp_dim=16)
        self.head = nn.Linear(dim, 10)

    def forward(self, images):
        x = self.embedding(images)
        x = {join}
        x = {encode}
        return self.head({pick})
"""


WRONG = {
    "token does not learn": ("self.token does not learn", network(token="tv.randn(1, 1, dim)")),
    "4 positions": ("4 positions for 5 places", network(places=4)),
    "token behind, patch classified": (
        "stands behind the patches, and what is classified",
        network(join="tv.cat([x, self.token.expand(len(x), -1, -1)], 1)"),
    ),
    "token behind": (
        "it should stand before them",
        network(join="tv.cat([x, self.token.expand(len(x), -1, -1)], 1)", pick="x[:, -1]"),
    ),
    "mean of all": ("mean of all places", network(pick="x.mean(1)")),
    "mean of patches": ("mean of the patches", network(pick="x[:, 1:].mean(1)")),
    "last place": ("last patch is classified", network(pick="x[:, -1]")),
    "not repeated": ("not repeated for each image", network(join="tv.cat([self.token, x], 1)")),
    "joined as images": (
        "along axis 0",
        network(join="tv.cat([self.token.expand(len(x), -1, -1), x])"),
    ),
    "added": ("added to every patch", network(join="x + self.token", places=4)),
    "no position": (
        "The token has no position",
        network(
            places=4,
            join="tv.cat([self.token.expand(len(x), -1, -1), x + self.position], 1)",
            encode="self.encoder(x)",
        ),
    ),
    "after the encoder": (
        "never sees a patch",
        network(
            places=4,
            join="self.encoder(x + self.position)",
            encode="tv.cat([self.token.expand(len(x), -1, -1), x], 1)",
        ),
    ),
    "no return": (
        "forget its return",
        network().replace("return self.head", "self.head"),
    ),
}
