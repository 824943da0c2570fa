"""Three hints for each exercise: a nudge, the way, and nearly the answer.

A line that begins with spaces is code and stays a line; all others are wrapped.
"""

HINTS = {
    "01": (
        "Product: let a grow by a little, and b stay. By how much does a * b grow? That is what a "
        "gets, times g. For backward, draw c = a * b + a: when is all of a's gradient there?",
        "Product: a gets g * b, and b gets g * a. Backward: a Value may hand its gradient on only "
        "when everything made of it has handed on its own. So first list all Values, each after "
        "its inputs (visit the inputs, then append the Value itself), and go from the end.",
        "Make an empty list, order, and an empty set, seen. Then\n"
        "    def visit(node):\n"
        "        # if node is not in seen: add it, visit each of node.inputs,\n"
        "        # and only then order.append(node)\n"
        "visit(self), set self.grad = 1.0, and for each node in reversed(order) that has a rule:\n"
        "    for value, gradient in zip(node.inputs, node.rule(node.grad)):\n"
        "        value.grad += gradient",
    ),
    "02": (
        "Take an image 3 pixels wide and a kernel 2 wide. How many places are there for the "
        "kernel? What does the code compute?",
        "height - rows is how many pixels the window can move down. Divided by the stride it is "
        "the number of steps. But before the first step there is a window already.",
        "The + 1 stands outside the division, and across is made likewise:\n"
        "    down = (height - rows) // stride + 1",
    ),
    "03": (
        "Go through the windows as max_pool does. In each one, which pixel is the largest? "
        "window.argmax() says its number, counted row by row from 0.",
        "divmod(number, size) makes row and column within the window of that number. The window "
        "of i and j begins at row i * size and column j * size of the image.",
        "In two loops, over the rows i and the columns j of g, with the window as in max_pool:\n"
        "    row, column = divmod(window.argmax(), size)\n"
        "    gradient[i * size + row, j * size + column] = g[i, j]\n"
        "And take the raise away.",
    ),
    "04": (
        "The velocity has to live from one step to the next: where must it be made, before the "
        "loop or in it?",
        "Before the loop: a velocity of zeros, in the shape of x. In the loop, after g: the two "
        "lines from the text above. x = x - ... makes a new array; x -= ... would change the one "
        "that is in the path already.",
        "Before the loop\n"
        "    velocity = np.zeros_like(x)\n"
        "and in it, after g:\n"
        "    velocity = momentum * velocity + g\n"
        "    x = x - lr * velocity",
    ),
    "05": (
        "conv2 is made like conv1. For the linear layers, nn.Linear(inputs, outputs): what comes "
        "into fc1? Multiply the sizes in the table.",
        "fc1 takes 32 * 8 * 8 numbers. In forward: conv2, ReLU and pool as before; x.flatten(1) "
        "keeps axis 0, which counts the images; then fc1 and fc2 with a ReLU each, and fc3.",
        "In __init__:\n"
        "    self.conv2 = nn.Conv2d(16, 32, kernel_size=3, padding=1)\n"
        "    self.fc1 = nn.Linear(32 * 8 * 8, 120)\n"
        "    self.fc2 = nn.Linear(120, 84)\n"
        "    self.fc3 = nn.Linear(84, 10)\n"
        "The end of forward, after a line for conv2 like that for conv1:\n"
        "    x = nn.functional.relu(self.fc1(x.flatten(1)))\n"
        "    x = nn.functional.relu(self.fc2(x))\n"
        "    return self.fc3(x)",
    ),
    "06": (
        "Row 5 of an image with patches of size 2 lies in patch row 2, and is row 1 in it: "
        "divmod(5, 2). That is what reshape does when it makes (H / size, size) of an axis H.",
        "Reshape to six axes: (N, C, H / size, size, W / size, size). Their meanings: image, "
        "channel, patch down, row in it, patch across, column in it. In which order does the "
        "answer want them? Patches first, then row, column, channel.",
        "With n, c, h, w = images.shape:\n"
        "    x = images.reshape(n, c, h // size, size, w // size, size)\n"
        "    x = x.transpose(0, 2, 4, 3, 5, 1)\n"
        "and one more reshape, to (n, number of patches, size * size * c).",
    ),
    "07": (
        "patches has the shape (N, T, D), and position[:, None, :] has (T, 1, D). Aligned on the "
        "right, which axis meets N, and which meets T?",
        "T met N, and the axis of size 1 met T. What happens if you leave position as it is, "
        "(T, D), and align again?",
        "NumPy puts missing axes in front: (T, D) counts as (1, T, D), repeated for each image. So "
        "nothing needs to be inserted: patches + position.",
    ),
    "08": (
        "Print the scores of the example. Which sum should be 1, that of a row or that of a "
        "column? And look at the formula once more: what stands between q kᵀ and v?",
        "scores has a row for each query. The softmax of one query runs along its row: axis 1, in "
        "both places. And d is the length of a query: q.shape[1].",
        "axis=1 in the line with max and in the line with sum, and\n"
        "    scores = q @ k.T / np.sqrt(q.shape[1])",
    ),
    "09": (
        "Print split_heads of the example. Head 0 got all of place 0, where it should have got "
        "half of each place. Which of the two axes, T or D, must be cut in two?",
        "Cut D: reshape to (T, heads, D / heads). These are the right numbers in the wrong order "
        "of axes; transpose moves the heads to the front. merge_heads goes the same way back: "
        "first transpose, then reshape.",
        "Splitting, then merging:\n"
        "    return x.reshape(len(x), heads, -1).transpose(1, 0, 2)\n"
        "    return x.transpose(1, 0, 2).reshape(x.shape[1], -1)",
    ),
    "10": (
        "Sum g[i] * dy[i]/dx[j] over i, term by term. The first leaves g[j]. The second is the sum "
        "of g[i] / D, the same for all j: what is that called?",
        "The second term is the mean of g. In the third, y[j] stands outside the sum, and what is "
        "left is the mean of g * y. All three are divided by s. Means along a row: "
        ".mean(axis=1, keepdims=True).",
        "Take\n"
        "    y = layer_norm(x, eps)\n"
        "    s = np.sqrt(x.var(axis=1, keepdims=True) + eps)\n"
        "Then dx is (g - mean of g - y * mean of (g * y)) / s.",
    ),
    "11": (
        "What learns is an nn.Parameter. The token is one, of shape (1, 1, dim); how many rows "
        "does the table of positions need then?",
        "self.token = nn.Parameter(tv.randn(1, 1, dim)), and 5 positions. In forward, before the "
        "positions are added: repeat the token for len(x) images with expand, and join it with x "
        "along axis 1, the token first. The head is given place 0.",
        "In forward, after the embedding:\n"
        "    x = tv.cat([self.token.expand(len(x), -1, -1), x], 1)\n"
        "    x = self.encoder(x + self.position)\n"
        "    return self.head(x[:, 0])",
    ),
    "12": (
        "error has one number for each patch, and mask has a 1 where it should count. How do you "
        "make the others 0?",
        "error * mask leaves the removed patches alone. Its sum is right. But its mean divides by "
        "the number of all patches: how many are there really in the sum?",
        "As many as mask.sum():\n    return (error * mask).sum() / mask.sum()",
    ),
    "13": (
        "requires_grad belongs to a parameter, not to a model. model.named_parameters() gives "
        "each of them, with its name.",
        "Go through them, and look at the name: what begins with 'mlp_head.' learns, everything "
        "else is to have requires_grad = False. Then return the head's: "
        "model.mlp_head.parameters().",
        "The whole of it:\n"
        "    for name, parameter in model.named_parameters():\n"
        "        parameter.requires_grad = name.startswith('mlp_head.')\n"
        "    return list(model.mlp_head.parameters())",
    ),
}
