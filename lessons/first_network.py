"""Train a small network on real handwriting: the README's example, line for line."""

import tinyvision as tv
from tinyvision import nn

tv.manual_seed(0)
images, labels = tv.data.load_digits("train")  # (1438, 8, 8) of 0..16, and (1438,)
x = tv.tensor(images).float().unsqueeze(1) / 16  # (1438, 1, 8, 8)
y = tv.tensor(labels)

model = nn.Sequential(
    nn.Conv2d(1, 16, kernel_size=3, padding=1), nn.ReLU(), nn.MaxPool2d(2),
    nn.Flatten(), nn.Linear(16 * 4 * 4, 10),
)  # fmt: skip
optimizer = tv.optim.Adam(model.parameters(), lr=0.01)
for _ in range(30):
    loss = nn.functional.cross_entropy(model(x), y)
    optimizer.zero_grad()
    loss.backward()
    optimizer.step()

images, labels = tv.data.load_digits("test")  # 359 digits it has not seen
scores = model(tv.tensor(images).float().unsqueeze(1) / 16)
right = scores.argmax(1) == tv.tensor(labels)
print(f"loss {loss:.3f}, held-out accuracy {right.float().mean():.1%}")
