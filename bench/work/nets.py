"""Steps of training, as in the tutorial, and MLPs: see nets.lua."""
import torch

N, D_in, H, D_out = 64, 1000, 100, 10


def fizzbuzz():
    trX, trY = torch.rand(923, 10).round(), torch.randint(0, 4, (923,))
    model = torch.nn.Sequential(torch.nn.Linear(10, 100), torch.nn.ReLU(), torch.nn.Linear(100, 4))
    loss_fn = torch.nn.CrossEntropyLoss()
    optimizer = torch.optim.SGD(model.parameters(), lr=0.05)
    start = 0

    def step():
        nonlocal start
        loss = loss_fn(model(trX[start:start + 128]), trY[start:start + 128])
        optimizer.zero_grad()
        loss.backward()
        optimizer.step()
        start = 128 - start

    return step


def two_layer_tensors():
    x, y = torch.randn(N, D_in), torch.randn(N, D_out)
    w1, w2 = torch.randn(D_in, H), torch.randn(H, D_out)

    def step():
        nonlocal w1, w2
        h = x.mm(w1)
        h_relu = h.clamp(min=0)
        y_pred = h_relu.mm(w2)
        (y_pred - y).pow(2).sum().item()
        grad_y_pred = 2.0 * (y_pred - y)
        grad_w2 = h_relu.t().mm(grad_y_pred)
        grad_h_relu = grad_y_pred.mm(w2.T)
        grad_h = grad_h_relu.clone()
        grad_h[h < 0] = 0
        grad_w1 = x.t().mm(grad_h)
        w1 -= 1e-6 * grad_w1
        w2 -= 1e-6 * grad_w2

    return step


def two_layer_autograd():
    x, y = torch.randn(N, D_in), torch.randn(N, D_out)
    w1 = torch.randn(D_in, H, requires_grad=True)
    w2 = torch.randn(H, D_out, requires_grad=True)

    def step():
        nonlocal w1, w2
        loss = (x.mm(w1).clamp(min=0).mm(w2) - y).pow(2).sum()
        loss.item()
        loss.backward()
        with torch.no_grad():
            w1 -= 1e-6 * w1.grad
            w2 -= 1e-6 * w2.grad
            w1.grad.zero_()
            w2.grad.zero_()

    return step


def two_layer_nn():
    x, y = torch.randn(N, D_in), torch.randn(N, D_out)
    model = torch.nn.Sequential(
        torch.nn.Linear(D_in, H), torch.nn.ReLU(), torch.nn.Linear(H, D_out))
    loss_fn = torch.nn.MSELoss(reduction="sum")
    optimizer = torch.optim.SGD(model.parameters(), lr=1e-6)

    def step():
        loss = loss_fn(model(x), y)
        loss.item()
        optimizer.zero_grad()
        loss.backward()
        optimizer.step()

    return step


def new_mlp():
    return torch.nn.Sequential(
        torch.nn.Linear(784, 512), torch.nn.ReLU(),
        torch.nn.Linear(512, 512), torch.nn.ReLU(), torch.nn.Linear(512, 10))


def mlp(new_optimizer, batch):
    model = new_mlp()
    x, y = torch.randn(batch, 784), torch.randint(0, 10, (batch,))
    loss_fn = torch.nn.CrossEntropyLoss()
    optimizer = new_optimizer(model.parameters(), lr=1e-3)

    def step():
        loss = loss_fn(model(x), y)
        optimizer.zero_grad()
        loss.backward()
        optimizer.step()

    return step


def mlp_forward():
    model, x = new_mlp(), torch.randn(1, 784)

    def step():
        with torch.no_grad():
            model(x)

    return step


works = {
    "FizzBuzz step": fizzbuzz,
    "two-layer net, tensors": two_layer_tensors,
    "two-layer net, autograd": two_layer_autograd,
    "two-layer net, nn and SGD": two_layer_nn,
    "MLP 784-512-512-10, batch 256, Adam": lambda: mlp(torch.optim.Adam, 256),
    "MLP, batch 1, SGD": lambda: mlp(torch.optim.SGD, 1),
    "MLP, batch 1, forward": mlp_forward,
}
