"""Wrong answers to exercise 13: what the check says of each, and the program."""


def body(*lines):
    """A freeze_encoder of these lines."""
    return "def freeze_encoder(model):\n" + "".join(f"    {line}\n" for line in lines)


HEAD = "return list(model.mlp_head.parameters())"

WRONG = {
    "an attribute of the model": (
        "On a module it only makes a new",
        body("model.requires_grad = False", HEAD),
    ),
    "an attribute of the encoder": (
        "Nothing is frozen",
        body("model.transformer.requires_grad = False", HEAD),
    ),
    "everything": (
        "the head too",
        body("for p in model.parameters():", "    p.requires_grad_(False)", HEAD),
    ),
    "the head": (
        "the other way round",
        body("for p in model.mlp_head.parameters():", "    p.requires_grad = False", HEAD),
    ),
    "the encoder only": (
        "The patch embedding, the class token and the positions still learn",
        body("for p in model.transformer.parameters():", "    p.requires_grad = False", HEAD),
    ),
    "without token and positions": (
        "The class token and the positions still learn",
        body(
            "for part in (model.to_patch_embedding, model.transformer):",
            "    for p in part.parameters():",
            "        p.requires_grad = False",
            HEAD,
        ),
    ),
    "the first layer": (
        "Only the first layer",
        body(
            "for p in model.transformer.layers[0].parameters():",
            "    p.requires_grad = False",
            HEAD,
        ),
    ),
    "gradients cleared": (
        "Nothing is frozen",
        body("for p in model.transformer.parameters():", "    p.grad = None", HEAD),
    ),
    "the head's bias too": (
        "head's bias is frozen",
        body(
            "for n, p in model.named_parameters():",
            "    p.requires_grad = n == 'mlp_head.weight'",
            HEAD,
        ),
    ),
    "all returned": (
        "all parameters are returned",
        body(
            "for n, p in model.named_parameters():",
            "    p.requires_grad = 'mlp_head' in n",
            "return list(model.parameters())",
        ),
    ),
    "names returned": (
        "the names are returned",
        body(
            "for n, p in model.named_parameters():",
            "    p.requires_grad = 'mlp_head' in n",
            "return [n for n, p in model.named_parameters() if p.requires_grad]",
        ),
    ),
    "nothing returned": (
        "did you forget it",
        body("for n, p in model.named_parameters():", "    p.requires_grad = 'mlp_head' in n"),
    ),
}
