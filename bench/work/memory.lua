-- The largest resident set of a process that does nothing else, start-up of the program included.
-- `work` is one of another group, run for a while.
local works = {
  {name = "nnlua -e '' (lua5.4 -e '')", unit = "B", peer_name = "lua5.4",
    command = "{nnlua} -e ''", peer = "lua5.4 -e ''"},
  {name = "FizzBuzz, 300 epochs", unit = "B", peer_name = "PyTorch",
    command = "{nnlua} {bench}/../scripts/fizzbuzz.lua --epochs 300",
    peer = "{python} {bench}/work/fizzbuzz.py 300"},
}
for _, name in ipairs {"two-layer net, tensors", "two-layer net, autograd",
  "two-layer net, nn and SGD", "MLP 784-512-512-10, batch 256, Adam"} do
  works[#works + 1] = {name = name, unit = "B", peer_name = "PyTorch",
    input = ("nets\t%s\t0\t0.3"):format(name),
    command = "{nnlua} {bench}/server.lua {build}", peer = "{python} {bench}/server.py"}
end
return works
