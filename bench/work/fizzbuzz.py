"""The tutorial's FizzBuzz for PyTorch: fizzbuzz.py EPOCHS. Prints the loss every 500 epochs, as
scripts/fizzbuzz.lua does."""
import sys

import numpy as np
import torch

NUM_DIGITS = 10
NUM_HIDDEN = 100
BATCH_SIZE = 128


def fizz_buzz_encode(i):
    if i % 15 == 0: return 3
    elif i % 5 == 0: return 2
    elif i % 3 == 0: return 1
    else: return 0


def fizz_buzz_decode(i, prediction):
    return [str(i), "fizz", "buzz", "fizzbuzz"][prediction]


def binary_encode(i, num_digits):
    return np.array([i >> d & 1 for d in range(num_digits)])


torch.manual_seed(0)
epochs = int(sys.argv[1])

trX = [binary_encode(i, NUM_DIGITS) for i in range(101, 2 ** NUM_DIGITS)]
trX = torch.Tensor(np.array(trX))
trY = [fizz_buzz_encode(i) for i in range(101, 2 ** NUM_DIGITS)]
trY = torch.tensor(trY, dtype=torch.long)

model = torch.nn.Sequential(
    torch.nn.Linear(NUM_DIGITS, NUM_HIDDEN),
    torch.nn.ReLU(),
    torch.nn.Linear(NUM_HIDDEN, 4)
)
loss_fn = torch.nn.CrossEntropyLoss()
optimizer = torch.optim.SGD(model.parameters(), lr=0.05)

for epoch in range(epochs):
    for start in range(0, len(trX), BATCH_SIZE):
        end = start + BATCH_SIZE
        batchX = trX[start:end]
        batchY = trY[start:end]

        y_pred = model(batchX)
        loss = loss_fn(y_pred, batchY)

        optimizer.zero_grad()
        loss.backward()
        optimizer.step()

    if (epoch + 1) % 500 == 0:
        with torch.no_grad():
            print(epoch, loss_fn(model(trX), trY).item(), sep="\t")

testX = torch.Tensor(np.array([binary_encode(i, NUM_DIGITS) for i in range(1, 101)]))
with torch.no_grad():
    testY = model(testX)
predictions = testY.max(1)[1].tolist()
print([fizz_buzz_decode(i, x) for (i, x) in zip(range(1, 101), predictions)])
print("%d/100 correct" % sum(x == fizz_buzz_encode(i) for (i, x) in zip(range(1, 101), predictions)))
