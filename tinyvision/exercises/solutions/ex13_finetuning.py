"""Exercise 13, solved."""

import tinyvision as tv


def freeze_encoder(model):
    """Freeze everything but model.mlp_head.

    model: a tv.models.ViT.
    Returns the list of parameters that still learn, for the optimiser.
    """
    for name, parameter in model.named_parameters():
        parameter.requires_grad = name.startswith("mlp_head.")
    return list(model.mlp_head.parameters())


if __name__ == "__main__":
    model = tv.models.ViT(
        image_size=8, patch_size=4, num_classes=10, dim=8, depth=1, heads=2, mlp_dim=16,
        channels=1, dim_head=4,
    )  # fmt: skip
    print("parameters that learn:", [tuple(p.shape) for p in freeze_encoder(model)])
