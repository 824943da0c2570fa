"""Exercise 13: freeze the encoder.

With ten labels a class there is little to learn from. So what pre-training taught the network is
kept, and only the last layer, model.mlp_head, learns the classes. Everything before it is frozen:
a parameter with requires_grad = False gets no gradient, and no optimiser moves it.

    model.named_parameters()        every parameter, with its name
    cls_token, pos_embedding        the names of the first two
    mlp_head.weight, mlp_head.bias  the names of the last two

Check it with: tinyvision check 13
"""

import tinyvision as tv


def freeze_encoder(model):
    """Freeze everything but model.mlp_head.

    model: a tv.models.ViT.
    Returns the list of parameters that still learn, for the optimiser.
    """
    # TODO: freeze each parameter that is not the head's, and return the head's.
    model.requires_grad = False  # this sets a new attribute of the model, and freezes nothing
    return list(model.parameters())


if __name__ == "__main__":
    model = tv.models.ViT(
        image_size=8, patch_size=4, num_classes=10, dim=8, depth=1, heads=2, mlp_dim=16,
        channels=1, dim_head=4,
    )  # fmt: skip
    print("parameters that learn:", [tuple(p.shape) for p in freeze_encoder(model)])
