-- Whole programs, start to exit: commands of both sides, run `runs` times a sample. {nnlua} is the
-- program, {python} a Python that has PyTorch, {bench} this folder's parent.
return {
  {name = "nnlua -e '' (lua5.4 -e '')", unit = "s", peer_name = "lua5.4", runs = 21,
    command = "{nnlua} -e ''", peer = "lua5.4 -e ''"},
  {name = "FizzBuzz, 10000 epochs", unit = "s", peer_name = "PyTorch", slow = true, rounds = 3,
    command = "{nnlua} {bench}/../scripts/fizzbuzz.lua --epochs 10000",
    peer = "env OMP_NUM_THREADS={threads} OPENBLAS_NUM_THREADS={threads} "
      .. "{python} {bench}/work/fizzbuzz.py 10000"},
}
