#!/usr/bin/env python3
"""Write the numbers that PyTorch prints for the tutorial, as Lua tables.

    python3 generate.py --seed 0 --out .            # all three files
    python3 generate.py --only rng --out .          # the random stream alone

Needs PyTorch (Debian: python3-torch; PyPI: torch). One thread, CPU, default
settings. Indices and class labels are PyTorch's own, so they count from 0.
"""
import argparse
import os
import textwrap

import torch

torch.set_num_threads(1)


def lua(value, indent=""):
    if isinstance(value, dict):
        inner = indent + "  "
        rows = [f"{inner}[{k!r}] = {lua(v, inner)}," if isinstance(k, int)
                else f'{inner}["{k}"] = {lua(v, inner)},' for k, v in value.items()]
        return "{\n" + "\n".join(rows) + "\n" + indent + "}"
    if isinstance(value, (list, tuple)):
        return "{" + ", ".join(lua(v, indent) for v in value) + "}"
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, int):
        return str(value)
    if isinstance(value, float):
        if value != value:
            return "0/0"
        if value in (float("inf"), float("-inf")):
            return "math.huge" if value > 0 else "-math.huge"
        return repr(value)
    return '"' + str(value) + '"'


def wrapped(text, width=100):
    """Breaks lines that are too long at their spaces."""
    def wrap(line):
        indent = line[:len(line) - len(line.lstrip())]
        return textwrap.fill(line, width, subsequent_indent=indent + "  ", break_long_words=False,
                             break_on_hyphens=False)
    return "\n".join(wrap(line) if len(line) > width else line for line in text.split("\n"))


def flat(t):
    return {"shape": list(t.shape), "values": t.detach().reshape(-1).tolist()}


# --- the random stream --------------------------------------------------------

def rng(seed):
    def fresh():
        torch.manual_seed(seed)
    out = {"seed": seed}

    def case(name, make):
        fresh()
        out[name] = flat(make())
    for n in (1, 5, 15, 16, 17, 33, 100):
        case(f"rand({n})", lambda: torch.rand(n))
        case(f"randn({n})", lambda: torch.randn(n))
        case(f"rand({n}) float64", lambda: torch.rand(n, dtype=torch.float64))
        case(f"randn({n}) float64", lambda: torch.randn(n, dtype=torch.float64))
    case("randint(0,10,{20})", lambda: torch.randint(0, 10, (20,)))
    case("randint(-5,1000000,{20})", lambda: torch.randint(-5, 1000000, (20,)))
    for n in (1, 2, 10, 50):
        case(f"randperm({n}), from 0", lambda: torch.randperm(n))
    case("uniform_(-2,3) of 20", lambda: torch.empty(20).uniform_(-2, 3))
    case("normal_(1,0.5) of 7", lambda: torch.empty(7).normal_(1, 0.5))
    case("normal_(1,0.5) of 40", lambda: torch.empty(40).normal_(1, 0.5))
    case("kaiming_uniform_ 4x6", lambda: torch.nn.init.kaiming_uniform_(torch.empty(4, 6)))
    case("kaiming_normal_ 4x6", lambda: torch.nn.init.kaiming_normal_(torch.empty(4, 6)))
    case("xavier_uniform_ 4x6", lambda: torch.nn.init.xavier_uniform_(torch.empty(4, 6)))
    case("xavier_normal_ 4x6", lambda: torch.nn.init.xavier_normal_(torch.empty(4, 6)))
    fresh()
    m = torch.nn.Linear(10, 7)
    out["Linear(10,7) weight"], out["Linear(10,7) bias"] = flat(m.weight), flat(m.bias)
    fresh()
    a, b, c = torch.randn(3), torch.randn(20), torch.rand(2)   # state carried across calls
    out["randn(3) randn(20) rand(2) in a row"] = [flat(a), flat(b), flat(c)]

    def row(name, *makes):
        fresh()
        out[name + " in a row"] = [flat(make()) for make in makes]

    def randn(n, dtype=torch.float32):
        return lambda: torch.randn(n, dtype=dtype)

    # A small randn leaves the second number of its last pair to the next small one, of any dtype.
    row("randn(3) randn(2) float64 randn(16) randint(0,10,{3}) randn(2) rand(2)",
        randn(3), randn(2, torch.float64), randn(16), lambda: torch.randint(0, 10, (3,)),
        randn(2), lambda: torch.rand(2))
    row("randn(0) randn(1) randn(0) randn(1) randn(1)",
        randn(0), randn(1), randn(0), randn(1), randn(1))
    row("randn(17) rand(1)", randn(17), lambda: torch.rand(1))
    row("randperm(10) rand(1)", lambda: torch.randperm(10), lambda: torch.rand(1))
    row("rand(313) float64 rand(1)",   # beyond one block of the generator
        lambda: torch.rand(313, dtype=torch.float64), lambda: torch.rand(1))
    torch.manual_seed(seed + 1)
    torch.randn(1)
    fresh()
    out["randn(2) after a number left over"] = flat(torch.randn(2))

    f64 = {"dtype": torch.float64}
    case("uniform_(-2,3) of 20 float64", lambda: torch.empty(20, **f64).uniform_(-2, 3))
    case("uniform_(0.1,0.9) of 20", lambda: torch.empty(20).uniform_(0.1, 0.9))
    case("normal_(1,0.5) of 7 float64", lambda: torch.empty(7, **f64).normal_(1, 0.5))
    case("normal_(1,0.5) of 40 float64", lambda: torch.empty(40, **f64).normal_(1, 0.5))
    case("last 40 of randn(1000)", lambda: torch.randn(1000)[-40:])
    case("randint(0,4294967295,{5})", lambda: torch.randint(0, 2**32 - 1, (5,)))
    case("randint(0,4294967296,{5})", lambda: torch.randint(0, 2**32, (5,)))
    case("randint(-1000000000000,1000000000000,{5})",
         lambda: torch.randint(-10**12, 10**12, (5,)))
    case("bernoulli_(0.3) of 40", lambda: torch.empty(40).bernoulli_(0.3))
    case("bernoulli_(0.3) of 40 float64", lambda: torch.empty(40, **f64).bernoulli_(0.3))
    weights = [0, 0.25, 0.5, 0.75, 1, 0.125, 0.875, 0.375]
    case("bernoulli({0,0.25,0.5,0.75,1,0.125,0.875,0.375})",
         lambda: torch.bernoulli(torch.tensor(weights)))
    case("bernoulli({0,0.25,0.5,0.75,1,0.125,0.875,0.375}) float64",
         lambda: torch.bernoulli(torch.tensor(weights, **f64)))
    case("dropout(0.25) of 40 ones", lambda: torch.nn.functional.dropout(torch.ones(40), 0.25))
    row("dropout(0) dropout(1) of 3 ones, rand(1)",   # neither draws
        lambda: torch.nn.functional.dropout(torch.ones(3), 0.0),
        lambda: torch.nn.functional.dropout(torch.ones(3), 1.0), lambda: torch.rand(1))
    case("exponential_(3) of 20", lambda: torch.empty(20).exponential_(3))
    four = torch.tensor([1.0, 2.0, 3.0, 4.0])
    row("multinomial({1,2,3,4},20,true) rand(1), from 0",
        lambda: torch.multinomial(four, 20, True), lambda: torch.rand(1))
    row("multinomial({1,2,3,4},3) rand(1), from 0",
        lambda: torch.multinomial(four, 3), lambda: torch.rand(1))
    case("multinomial({{1,2,3,4},{4,3,2,1}},2), from 0",
         lambda: torch.multinomial(torch.stack([four, four.flip(0)]), 2))
    row("multinomial({1,2,3,4},1,true) rand(1), from 0",
        lambda: torch.multinomial(four, 1, True), lambda: torch.rand(1))

    # Elements are drawn in the order in which they lie in memory; normal ones one by one there.
    def turned(fill, dtype=torch.float32):
        return lambda: fill(torch.zeros(5, 4, dtype=dtype).t())
    case("uniform_ of a transposed 5x4", turned(lambda x: x.uniform_()))
    case("normal_ of a transposed 5x4", turned(lambda x: x.normal_()))
    case("normal_ of 4 of 6 columns", lambda: torch.zeros(5, 6)[:, 1:5].normal_())
    case("exponential_ of a transposed 5x4", turned(lambda x: x.exponential_()))
    case("bernoulli_(0.5) of a transposed 5x4", turned(lambda x: x.bernoulli_(0.5)))
    case("bernoulli(0.5) of a transposed 5x4", turned(lambda x: x.bernoulli(0.5)))
    case("random_(100) of a transposed 5x4", turned(lambda x: x.random_(100), torch.int64))
    case("randn_like a transposed 5x4", turned(torch.randn_like))
    case("rand_like a transposed 5x4", turned(torch.rand_like))
    case("dropout(0.5) of a transposed 5x4",
         turned(lambda x: torch.nn.functional.dropout(x + 1, 0.5)))
    case("multinomial of a transposed 4x3, 2, from 0",
         lambda: torch.multinomial((torch.arange(12.) + 1).reshape(4, 3).t(), 2))

    for dtype in (torch.float32, torch.float64, torch.int64, torch.bool):
        name = str(dtype).split(".")[1]
        row(f"random_() of 5 {name}, rand(1)",
            lambda: torch.zeros(5, dtype=dtype).random_().double(), lambda: torch.rand(1))
    case("random_(-3,7) of 9", lambda: torch.zeros(9).random_(-3, 7))
    case("random_(-2^62,2^62) of 5 int64",
         lambda: torch.zeros(5, dtype=torch.int64).random_(-2**62, 2**62))
    case("bernoulli_(0.5) of 9 int64", lambda: torch.zeros(9, dtype=torch.int64).bernoulli_(0.5))
    half = torch.tensor([0.1, 0.5, 0.9])
    case("bernoulli_(weights) of 2x3", lambda: torch.zeros(2, 3).bernoulli_(half))
    case("bernoulli_(weights) of 2x3 float64",
         lambda: torch.zeros(2, 3).bernoulli_(half.double()))
    means, stds = torch.tensor([[1.0], [2.0]]), torch.tensor([1.0, 2.0, 3.0])
    case("normal(means, stds)", lambda: torch.normal(means, stds))
    case("normal(means, 2)", lambda: torch.normal(means, 2.0))
    case("normal(1.5, stds)", lambda: torch.normal(1.5, stds))
    case("normal(1.5, 2, {3})", lambda: torch.normal(1.5, 2.0, (3,)))

    out["other seeds"] = {s: other_seed(s) for s in (1, 42, 2**32, 2**40 + 7, -1, -2**63)}
    return out


def other_seed(seed):
    """The low 32 bits decide the stream, so 2^32 gives that of 0."""
    torch.manual_seed(seed)
    return {"rand(3)": flat(torch.rand(3)), "then randn(3)": flat(torch.randn(3))}


# --- the two-layer net, one function per tutorial stage -------------------------

N, D_IN, H, D_OUT = 64, 1000, 100, 10


def keep(losses):
    n = len(losses)
    at = sorted(set(list(range(0, min(n, 20))) + list(range(49, n, 50)) + [n - 1]))
    return {i: losses[i] for i in at}


def stage_numpy(seed, dtype=torch.float64, epochs=500):
    """Manual gradients; float64, as NumPy computes."""
    torch.manual_seed(seed)
    x, y = torch.randn(N, D_IN, dtype=dtype), torch.randn(N, D_OUT, dtype=dtype)
    w1, w2 = torch.randn(D_IN, H, dtype=dtype), torch.randn(H, D_OUT, dtype=dtype)
    losses = []
    for _ in range(epochs):
        h = x.mm(w1)
        h_relu = h.clamp(min=0)
        y_pred = h_relu.mm(w2)
        losses.append((y_pred - y).pow(2).sum().item())
        grad_y = 2.0 * (y_pred - y)
        grad_w2 = h_relu.t().mm(grad_y)
        grad_h = grad_y.mm(w2.t()).clone()
        grad_h[h < 0] = 0
        grad_w1 = x.t().mm(grad_h)
        w1 -= 1e-6 * grad_w1
        w2 -= 1e-6 * grad_w2
    return keep(losses)


def stage_tensors(seed):
    return stage_numpy(seed, torch.float32)


def stage_autograd(seed, epochs=500):
    torch.manual_seed(seed)
    x, y = torch.randn(N, D_IN), torch.randn(N, D_OUT)
    w1, w2 = torch.randn(D_IN, H, requires_grad=True), torch.randn(H, D_OUT, requires_grad=True)
    losses = []
    for _ in range(epochs):
        loss = (x.mm(w1).clamp(min=0).mm(w2) - y).pow(2).sum()
        losses.append(loss.item())
        loss.backward()
        with torch.no_grad():
            w1 -= 1e-6 * w1.grad
            w2 -= 1e-6 * w2.grad
            w1.grad.zero_()
            w2.grad.zero_()
    return keep(losses)


def sequential():
    model = torch.nn.Sequential(torch.nn.Linear(D_IN, H), torch.nn.ReLU(),
                                torch.nn.Linear(H, D_OUT))
    torch.nn.init.normal_(model[0].weight)
    torch.nn.init.normal_(model[2].weight)
    return model


class TwoLayerNet(torch.nn.Module):
    def __init__(self):
        super().__init__()
        self.linear1 = torch.nn.Linear(D_IN, H)
        self.linear2 = torch.nn.Linear(H, D_OUT)

    def forward(self, x):
        return self.linear2(self.linear1(x).clamp(min=0))


def stage_model(seed, build, make_optimizer, epochs=500):
    torch.manual_seed(seed)
    x, y = torch.randn(N, D_IN), torch.randn(N, D_OUT)
    model = build()
    loss_fn = torch.nn.MSELoss(reduction="sum")
    optimizer = make_optimizer(model.parameters())
    losses = []
    for _ in range(epochs):
        loss = loss_fn(model(x), y)
        losses.append(loss.item())
        optimizer.zero_grad()
        loss.backward()
        optimizer.step()
    return keep(losses)


O = torch.optim
OPTIMIZERS = {
    "sgd": lambda p: O.SGD(p, lr=1e-4),
    "sgd momentum": lambda p: O.SGD(p, lr=1e-5, momentum=0.9),
    "sgd nesterov decay": lambda p: O.SGD(p, lr=1e-5, momentum=0.9, nesterov=True,
                                          weight_decay=1e-2),
    "rmsprop": lambda p: O.RMSprop(p, lr=1e-3),
    "rmsprop centered momentum": lambda p: O.RMSprop(p, lr=1e-4, momentum=0.5, centered=True),
    "adam": lambda p: O.Adam(p, lr=1e-3),
    "adam amsgrad": lambda p: O.Adam(p, lr=1e-3, amsgrad=True),
    "adamw": lambda p: O.AdamW(p, lr=1e-3, weight_decay=0.1),
    "adagrad": lambda p: O.Adagrad(p, lr=1e-2),
}


# --- FizzBuzz -------------------------------------------------------------------

def encode(i):
    return 3 if i % 15 == 0 else 2 if i % 5 == 0 else 1 if i % 3 == 0 else 0


def digits(first, last, n=10):
    bits = [[i >> d & 1 for d in range(n)] for i in range(first, last)]
    return torch.tensor(bits, dtype=torch.float32)


def fizzbuzz(seed, epochs, hidden=100, lr=0.05, batch=128):
    x, y = digits(101, 1024), torch.tensor([encode(i) for i in range(101, 1024)])
    torch.manual_seed(seed)
    model = torch.nn.Sequential(torch.nn.Linear(10, hidden), torch.nn.ReLU(),
                                torch.nn.Linear(hidden, 4))
    loss_fn, optimizer = torch.nn.CrossEntropyLoss(), O.SGD(model.parameters(), lr=lr)
    losses = {}
    for epoch in range(epochs):
        for start in range(0, len(x), batch):
            loss = loss_fn(model(x[start:start + batch]), y[start:start + batch])
            optimizer.zero_grad()
            loss.backward()
            optimizer.step()
        if epoch < 10 or (epoch + 1) % 100 == 0:
            losses[epoch] = loss_fn(model(x), y).item()
    with torch.no_grad():
        predicted = model(digits(1, 101)).max(1)[1].tolist()
    correct = sum(p == encode(i) for i, p in enumerate(predicted, 1))
    return {"seed": seed, "epochs": epochs, "hidden": hidden, "lr": lr, "batch": batch,
            "loss": losses, "predictions": predicted, "correct": correct}


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("--seed", type=int, default=0)
    parser.add_argument("--epochs", type=int, default=10000, help="FizzBuzz epochs")
    parser.add_argument("--hidden", type=int, default=100)
    parser.add_argument("--out", default=".")
    parser.add_argument("--only", choices=["rng", "tutorial", "fizzbuzz"])
    args = parser.parse_args()
    seed = args.seed

    def write(name, make):
        if args.only not in (None, name):
            return
        with open(os.path.join(args.out, name + ".lua"), "w") as f:
            f.write(f"-- PyTorch {torch.__version__}, CPU, one thread; written by generate.py\n")
            f.write(wrapped("return " + lua(make()) + "\n"))

    write("rng", lambda: rng(seed))
    write("tutorial", lambda: {
        "seed": seed,
        "numpy": stage_numpy(seed),
        "tensors": stage_tensors(seed),
        "autograd": stage_autograd(seed),
        "nn": stage_model(seed, sequential, lambda p: O.SGD(p, lr=1e-6)),
        "module": stage_model(seed, TwoLayerNet, lambda p: O.SGD(p, lr=1e-4)),
        "optim": {name: stage_model(seed, TwoLayerNet, make, 200)
                  for name, make in OPTIMIZERS.items()},
    })
    write("fizzbuzz", lambda: fizzbuzz(seed, args.epochs, args.hidden))


if __name__ == "__main__":
    main()
