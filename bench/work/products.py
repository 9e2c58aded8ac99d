"""mm: see products.lua."""
import torch

works = {}


def add(m, k, n, form, threads=0):
    a_t, b_t = form[0] == "t", form[1] == "t"
    name = "mm %dx%d%s %dx%d%s" % (m, k, "t" if a_t else "", k, n, "t" if b_t else "")
    if threads:
        name += ", %d thread%s" % (threads, "s" if threads > 1 else "")

    def make():
        a = torch.randn(k, m).t() if a_t else torch.randn(m, k)
        b = torch.randn(n, k).t() if b_t else torch.randn(k, n)
        return lambda: a.mm(b)

    works[name] = make


add(128, 10, 100, "nt")
add(128, 100, 4, "nt")
add(4, 128, 100, "tn")
add(128, 4, 100, "nn")
add(100, 128, 10, "tn")
add(64, 1000, 100, "nn")
add(64, 100, 10, "nn")
add(100, 64, 10, "tn")
add(64, 10, 100, "nt")
add(1000, 64, 100, "tn")
for power in range(6, 12):
    for threads in (1, 2):
        add(1 << power, 1 << power, 1 << power, "nn", threads)
