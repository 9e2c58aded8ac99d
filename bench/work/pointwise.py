"""Elementwise operations, reductions and softmax: see pointwise.lua."""
import torch

works = {}


def add(name, once):
    for power in range(2, 8):
        n = 10 ** power

        def make(n=n):
            x, y = torch.randn(n // 100, 100), torch.randn(n // 100, 100)
            return lambda: once(x, y)

        works["%s 1e%d" % (name, power)] = make


add("x + y", lambda x, y: x + y)
add("x * 2", lambda x, y: x * 2)
add("relu", lambda x, y: x.relu())
add("exp", lambda x, y: x.exp())
add("tanh", lambda x, y: x.tanh())
add("sum", lambda x, y: x.sum())
add("max", lambda x, y: x.max())
add("sum of columns", lambda x, y: x.sum(0))
add("mean of rows", lambda x, y: x.mean(1))
add("softmax of rows", lambda x, y: x.softmax(1))
