-- The benchmarks run, and people and machines can read them; no time matters here.

local folder = os.getenv "NNLUA_BUILD"

local function sh(command)
  local pipe = assert(io.popen(command .. " 2>&1"))
  local output = pipe:read("a")
  return output, pipe:close()
end

local function bench(arguments)
  local output, ok = sh(("bench/run '%s' --quick --alone %s"):format(folder, arguments))
  assert(ok, output)
  return output
end

-- JSON of our own making, as Lua: its strings hold no brackets and no colons after a quote.
local function read_json(text)
  return assert(load("return " .. text:gsub("%[", "{"):gsub("%]", "}")
    :gsub('("[^"\n]*"):', "[%1]="), "json", "t", {}))()
end

describe("the benchmarks", function()
  if not folder then return pending("a build is needed ($NNLUA_BUILD)") end

  setup(function()
    local output, ok = sh(("cmake --build '%s' --target bench"):format(folder))
    assert(ok, output)
  end)

  it("say what is missing", function()
    local output, ok = sh("bench/run /nowhere")
    assert.is_nil(ok)
    assert.equal("bench/run: /nowhere/bench/peak is missing; make bench builds it\n", output)
  end)

  it("print a table", function()
    local output = bench "'nets/FizzBuzz step' 'pointwise/exp 1e2'"
    assert.matches("\ncpus +%d+\n", output)
    assert.matches("\nnnlua +nnlua %d", output)
    assert.matches("\nnets +nnlua", output)
    assert.matches("\nFizzBuzz step +[%d.]+ [mun]?s +%d+%%", output)
    assert.matches("\nexp 1e2 +[%d.]+ [mun]?s", output)
    assert.matches("1 thread: %d+ GFLOP/s", output)
  end)

  it("compare large works with the memory's peak", function()
    assert.matches("\nsum 1e7 +[%d.]+ [mun]?s +%d+%% .* %d+%%\n", bench "'pointwise/sum 1e7'")
  end)

  it("know the peak of more than two processors", function()
    -- nproc says what OMP_NUM_THREADS says.
    local output, ok = sh(("OMP_NUM_THREADS=3 bench/run '%s' --quick --alone --json %s")
      :format(folder, "'nets/two-layer net, autograd'"))
    assert(ok, output)
    local result = read_json(output)
    assert.equal(3, result.machine.cpus)
    assert.is_true(result.peaks["gflops 3"] > 0 and result.rows[1].share > 0)
  end)

  it("write JSON", function()
    local result = read_json(bench "--json 'products/mm 64x100 100x10' memory/nnlua")
    assert.equal("string", type(result.machine.cpu))
    assert.is_true(result.peaks["gflops 1"] > 0)
    local product, memory = table.unpack(result.rows)
    assert.same({"products", "mm 64x100 100x10", "s"}, {product.group, product.name, product.unit})
    assert.is_true(product.nnlua.median > 0 and product.share > 0)
    assert.same({"memory", "B"}, {memory.group, memory.unit})
    assert.is_true(memory.nnlua.median > 1e6)
  end)

  it("list what there is, and know what there is not", function()
    local output, ok = sh(("bench/run '%s' --list"):format(folder))
    assert.is_true(ok)
    assert.matches("\nprograms/FizzBuzz, 10000 epochs\n", output)
    output, ok = sh(("bench/run '%s' --fast"):format(folder))
    assert.is_nil(ok)
    assert.matches("what is %-%-fast", output)
  end)
end)
