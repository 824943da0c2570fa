"""Wrong answers to exercise 05: what the check says of each, and the program."""


def network(
    one="relu(self.conv1(x))",
    two="relu(self.conv2(x))",
    flat="x.flatten(1)",
    three="relu(self.fc1(x))",
    four="relu(self.fc2(x))",
    five="self.fc3(x)",
    pool="nn.MaxPool2d(2, 2)",
    conv2="nn.Conv2d(16, 32, 3, padding=1)",
    fc1="nn.Linear(32 * 8 * 8, 120)",
    second="self.pool(x)",
):
    """The network with some lines changed."""
    return f"""
class CNN(nn.Module):
    def __init__(self):
        super().__init__()
        self.conv1 = nn.Conv2d(3, 16, 3, padding=1)
        self.pool = {pool}
        self.conv2 = {conv2}
        self.fc1 = {fc1}
        self.fc2 = nn.Linear(120, 84)
        self.fc3 = nn.Linear(84, 10)

    def forward(self, x):
        relu = nn.functional.relu
        x = {one}
        x = self.pool(x)
        x = {two}
        x = {second}
        x = {flat}
        x = {three}
        x = {four}
        return {five}
"""


WRONG = {
    "no ReLU after conv1": ("After conv1 there is no ReLU", network(one="self.conv1(x)")),
    "no ReLU after conv2": ("After conv2 there is no ReLU", network(two="self.conv2(x)")),
    "no ReLU after fc1": ("After fc1 there is no ReLU", network(three="self.fc1(x)")),
    "no ReLU among the linear": (
        "After fc1 and fc2 there is no ReLU",
        network(three="self.fc1(x)", four="self.fc2(x)"),
    ),
    "ReLU in the end": ("A ReLU follows fc3", network(five="relu(self.fc3(x))")),
    "softmax in the end": ("A softmax follows fc3", network(five="self.fc3(x).softmax(1)")),
    "average pooling": ("takes the mean", network(pool="nn.AvgPool2d(2)")),
    "no padding": ("conv2 has no padding", network(conv2="nn.Conv2d(16, 32, 3)")),
    "no padding, made to fit": (
        "conv2 has no padding",
        network(conv2="nn.Conv2d(16, 32, 3)", fc1="nn.Linear(32 * 7 * 7, 120)"),
    ),
    "one pooling": ("second pooling is missing", network(second="x")),
    "one pooling, made to fit": (
        "second pooling is missing",
        network(second="x", fc1="nn.Linear(32 * 16 * 16, 120)"),
    ),
    "images flattened": ("axis 0 counts the images", network(flat="x.flatten()")),
    "fc1 of 32": ("2048 numbers", network(fc1="nn.Linear(32, 120)")),
    "no return": (
        "forgot? .*return|forget its return",
        network().replace("return self.fc3(x)", "self.fc3(x)"),
    ),
}
