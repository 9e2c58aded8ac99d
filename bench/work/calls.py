"""What a small operation costs, called from Python: see calls.lua."""
import torch

THOUSAND, MILLION = 1000, 1000000


def add(requires_grad):
    a, b = torch.tensor(1.0, requires_grad=requires_grad), torch.tensor(2.0)

    def step():
        for _ in range(THOUSAND):
            a + b

    return step, THOUSAND


def add_backward():
    a, b = torch.tensor(1.0, requires_grad=True), torch.tensor(2.0)

    def step():
        for _ in range(THOUSAND):
            (a + b).backward()

    return step, THOUSAND


def chain():
    x = torch.tensor(1.0, requires_grad=True)

    def step():
        y = x
        for _ in range(MILLION // 2):
            y = y * x + x
        y.backward()
        x.grad = None

    return step, MILLION


works = {
    "add of two numbers (0-d)": lambda: add(False),
    "add of two numbers, recorded": lambda: add(True),
    "add of two numbers, and backward": add_backward,
    "chain of 1e6 numbers, and backward, each": chain,
}
