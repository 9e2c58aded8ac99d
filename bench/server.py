"""PyTorch's side of the benchmarks: see server.lua, which it mirrors.

    python3 bench/server.py
"""
import ctypes
import gc
import importlib.util
import math
import os
import sys
import time

import torch

FOLDER = os.path.dirname(os.path.abspath(__file__))


def set_threads(n):
    """PyTorch's number of threads, and that of OpenBLAS, which does not listen to PyTorch."""
    torch.set_num_threads(n)
    try:
        ctypes.CDLL("libopenblas.so.0", os.RTLD_NOLOAD).openblas_set_num_threads(n)
    except OSError:
        pass


def load(group):
    """The works of a group: a table from names to functions that prepare a step."""
    path = os.path.join(FOLDER, "work", group + ".py")
    if not os.path.exists(path):
        return {}
    spec = importlib.util.spec_from_file_location(group, path)
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module.works


def sample(work, seconds):
    step = work["step"]
    while True:
        count = work["count"]
        start = time.perf_counter()
        for _ in range(count):
            step()
        taken = time.perf_counter() - start
        if taken >= seconds:
            return taken / (count * work["per"])
        work["count"] = math.ceil(count * min(10, 1.3 * seconds / taken))


def prepare(group, name):
    make = load(group).get(name)
    if make is None:
        return None
    torch.manual_seed(0)
    made = make()
    step, per = made if isinstance(made, tuple) else (made, 1)
    return {"step": step, "per": per, "count": 1}


def main():
    current, work = None, None
    for line in sys.stdin:
        group, name, threads, seconds = line.rstrip("\n").split("\t")
        if int(threads) > 0:
            set_threads(int(threads))
        if current != (group, name):
            work = None
            gc.collect()
            current, work = (group, name), prepare(group, name)
        print("%.9g" % sample(work, float(seconds)) if work else "none", flush=True)


main()
