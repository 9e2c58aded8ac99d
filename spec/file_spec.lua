-- nn.save and nn.load: what is saved comes back, and no file, however made, does more than fail.
local nn = require "nnlua"

local names = {}

-- A name for a file that is removed in the end.
local function new_name(ending)
  local name = os.tmpname()
  names[#names + 1] = name
  names[#names + 1] = name .. ending
  return name .. ending
end

local function write(ending, bytes)
  local name = new_name(ending)
  local file = assert(io.open(name, "wb"))
  file:write(bytes)
  file:close()
  return name
end

local function read(name)
  local file = assert(io.open(name, "rb"))
  local bytes = file:read("a")
  file:close()
  return bytes
end

local function same(a, b)
  assert.equal(a.dtype, b.dtype)
  assert.same(tostring(a.shape), tostring(b.shape))
  assert.same(a:tolist(), b:tolist())
end

-- One tensor of each dtype, and of each odd shape.
local function samples()
  return {
    float32 = nn.randn(3, 4),
    float64 = nn.randn(2, 3, 2, {dtype = "float64"}),
    int64 = nn.tensor({math.mininteger, -1, 0, math.maxinteger}, {dtype = "int64"}),
    bool = nn.tensor {true, false, true},
    scalar = nn.tensor(1.5),
    empty = nn.zeros(0, 3),
    transposed = nn.randn(3, 2):t(),
    part = nn.randn(4, 6)[{{2, 3}, {1, -1, 2}}],
    expanded = nn.randn(3, 1):expand(3, 4),
    infinite = nn.tensor {math.huge, -math.huge, -0.0},
    ["0.weight"] = nn.randn(2, {requires_grad = true}),
  }
end

teardown(function()
  for _, name in ipairs(names) do os.remove(name) end
end)

describe("a .npy file", function()
  for name in pairs(samples()) do
    it("gives back a tensor: " .. name, function()
      local t, file = samples()[name], new_name(".npy")
      nn.save(file, t)
      local loaded = nn.load(file)
      same(t, loaded)
      assert.is_false(loaded.requires_grad)
    end)
  end

  it("keeps NaN", function()
    local file = new_name(".npy")
    nn.save(file, nn.tensor {0 / 0})
    local value = nn.load(file):tolist()[1]
    assert.truthy(value ~= value)
  end)

  it("is NumPy's, byte for byte", function()
    local file = new_name(".npy")
    nn.save(file, nn.tensor {{1, 2, 3}, {4, 5, 6}})
    local header = "{'descr': '<f4', 'fortran_order': False, 'shape': (2, 3), }"
    assert.equal("\x93NUMPY\1\0" .. string.pack("<s2", header .. (" "):rep(117 - #header) .. "\n")
      .. string.pack("<ffffff", 1, 2, 3, 4, 5, 6), read(file))
  end)

  -- Files that NumPy may write, in other orders and types.
  local function npy(header, data)
    return write(".npy", "\x93NUMPY\1\0" .. string.pack("<s2", header .. "\n") .. data)
  end

  it("may be in Fortran's order", function()
    local file = npy("{'descr': '<f8', 'fortran_order': True, 'shape': (2, 3), }",
      string.pack("<dddddd", 1, 4, 2, 5, 3, 6))
    assert.same({{1.0, 2.0, 3.0}, {4.0, 5.0, 6.0}}, nn.load(file):tolist())
  end)

  local good = "{'descr': '<f4', 'fortran_order': False, 'shape': (2,), }"
  local eight = ("\0"):rep(8)

  for what, make in pairs {
    ["of nothing"] = function() return write(".npy", "") end,
    ["of something else"] = function() return write(".npy", ("return os.exit() "):rep(20)) end,
    ["of an unknown version"] = function()
      return write(".npy", "\x93NUMPY\9\0" .. string.pack("<s2", good) .. eight)
    end,
    ["that ends in its header"] = function()
      return write(".npy", "\x93NUMPY\1\0" .. string.pack("<I2", 60000) .. good)
    end,
    ["with a header of 4 GB"] = function()
      return write(".npy", "\x93NUMPY\2\0" .. string.pack("<I4", 0xffffffff) .. good)
    end,
    ["with too little data"] = function() return npy(good, "\0\0\0") end,
    ["with too much data"] = function() return npy(good, eight .. "\0") end,
    ["of objects"] = function() return npy((good:gsub("<f4", "|O")), eight) end,
    ["of strings"] = function() return npy((good:gsub("<f4", "<U2")), eight) end,
    ["of a negative size"] = function() return npy((good:gsub("2,", "-2,")), eight) end,
    ["of an immense size"] = function()
      return npy((good:gsub("2,", "4294967296, 4294967296, 4294967296")), eight)
    end,
    ["of a size beyond numbers"] = function()
      return npy((good:gsub("2,", ("9"):rep(400))), eight)
    end,
    ["of too many dimensions"] = function()
      return npy((good:gsub("2,", ("1, "):rep(1000))), eight)
    end,
    ["with a header of code"] = function() return npy("__import__('os')", eight) end,
    ["with half a header"] = function() return npy("{'descr': '<f4', 'shape': (2", eight) end,
  } do
    it(what .. " is an error", function()
      local file = make()
      local ok, message = pcall(nn.load, file)
      assert.is_false(ok)
      assert.truthy(message:find(file, 1, true), message)
    end)
  end

  it("cut off or changed anywhere is an error or a tensor", function()
    local file = new_name(".npy")
    nn.save(file, nn.randn(2, 2))
    local bytes = read(file)
    for i = 1, #bytes do
      assert.is_false(pcall(nn.load, write(".npy", bytes:sub(1, i - 1))))
      local changed = bytes:sub(1, i - 1) .. string.char(bytes:byte(i) ~ 0x11) .. bytes:sub(i + 1)
      local ok, result = pcall(nn.load, write(".npy", changed))
      assert.equal(ok and "userdata" or "string", type(result))
    end
  end)
end)

describe("a .safetensors file", function()
  it("gives back a table of tensors", function()
    local file, tensors = new_name(".safetensors"), samples()
    nn.save(file, tensors)
    local loaded, n = nn.load(file), 0
    for name, t in pairs(loaded) do
      same(tensors[name], t)
      n = n + 1
    end
    assert.equal(11, n)
  end)

  it("gives back a model", function()
    local function new_model()
      return nn.Sequential(nn.Linear(3, 4), nn.BatchNorm1d(4), nn.Linear(4, 2))
    end
    local first, second, file = new_model(), new_model(), new_name(".safetensors")
    nn.save(file, first:state_dict())
    second:load_state_dict(nn.load(file))
    local x = nn.randn(5, 3)
    first:eval()
    second:eval()
    assert.same(first(x):tolist(), second(x):tolist())
  end)

  it("may be empty", function()
    local file = new_name(".safetensors")
    nn.save(file, {})
    assert.is_nil(next(nn.load(file)))
  end)

  it("takes the place of what a symbolic link leads to, and keeps its mode", function()
    local target, link = new_name(".safetensors"), new_name(".safetensors")
    nn.save(target, {a = nn.zeros(2)})
    assert(os.execute(("chmod 640 %s && ln -s %s %s"):format(target, target:match("[^/]*$"), link)))
    nn.save(link, {a = nn.ones(2)})
    assert.same({1.0, 1.0}, nn.load(target).a:tolist())
    local pipe = io.popen(("readlink %s; stat -c %%a %s"):format(link, target))
    assert.equal(target:match("[^/]*$") .. "\n640\n", pipe:read("a"))
    pipe:close()
    os.remove(target)
    nn.save(link, {a = nn.ones(3)}) -- the link now leads nowhere
    assert.same({1.0, 1.0, 1.0}, nn.load(target).a:tolist())
  end)

  it("does not take the place of a device, or of a cycle of links", function()
    for _, to in ipairs {"/dev/null", "/dev"} do
      local link = new_name(".npy")
      assert(os.execute(("ln -s %s %s"):format(to, link)))
      assert.error_matches(function() nn.save(link, nn.ones(2)) end, "not a regular file")
    end
    local link = new_name(".npy")
    assert(os.execute(("ln -s %s %s"):format(link, link)))
    assert.error_matches(function() nn.save(link, nn.ones(2)) end, "a cycle")
  end)

  it("is written whole or not at all", function()
    local file = new_name(".safetensors")
    nn.save(file, {a = nn.ones(2)})
    assert.is_false(pcall(nn.save, file, {a = nn.ones(2), b = 3}))
    assert.same({1.0, 1.0}, nn.load(file).a:tolist())
  end)

  it("may replace the one that it was loaded from", function()
    local file = new_name(".safetensors")
    nn.save(file, {a = nn.ones(2)})
    for _ = 1, 3 do
      local loaded = nn.load(file)
      loaded.a:add_(1)
      nn.save(file, loaded)
    end
    assert.same({4.0, 4.0}, nn.load(file).a:tolist())
  end)

  local function safetensors(header, data)
    return write(".safetensors", string.pack("<s8", header) .. data)
  end

  it("may hold metadata, and spaces after its header", function()
    local file = safetensors([[{"__metadata__":{"format":"pt"},]]
      .. [["a":{"dtype":"F32","shape":[2],"data_offsets":[0,8]}}   ]], string.pack("<ff", 1, 2))
    local loaded = nn.load(file)
    assert.same({1.0, 2.0}, loaded.a:tolist())
    assert.is_nil(loaded.__metadata__)
  end)

  local good = [[{"a":{"dtype":"F32","shape":[2],"data_offsets":[0,8]}}]]
  local eight = ("\0"):rep(8)
  local function changed(from, to)
    return function()
      local i, j = good:find(from, 1, true)
      return safetensors(good:sub(1, i - 1) .. to .. good:sub(j + 1), eight)
    end
  end

  for what, make in pairs {
    ["of nothing"] = function() return write(".safetensors", "") end,
    ["of a few bytes"] = function() return write(".safetensors", "abc") end,
    ["with a header of 2^64 bytes"] = function()
      return write(".safetensors", ("\xff"):rep(8) .. good .. eight)
    end,
    ["with a header longer than the file"] = function()
      return write(".safetensors", string.pack("<I8", 1000) .. good .. eight)
    end,
    ["with a header that is no JSON"] = function() return safetensors("{", eight) end,
    ["with a list for a header"] = function() return safetensors("[1, 2]", eight) end,
    ["with a deeply nested header"] = function()
      return safetensors(([[{"a":]]):rep(100000) .. ("}"):rep(100000), "")
    end,
    ["with too little data"] = function() return safetensors(good, "\0\0\0\0") end,
    ["with too much data"] = function() return safetensors(good, eight .. eight) end,
    ["with a gap"] = changed("[0,8]", "[4,12]"),
    ["with ends before beginnings"] = changed("[0,8]", "[8,0]"),
    ["with offsets beyond the data"] = changed("[0,8]", "[0,800]"),
    ["with negative offsets"] = changed("[0,8]", "[-8,0]"),
    ["with an offset that is no number"] = changed("[0,8]", '["0",8]'),
    ["with one offset"] = changed("[0,8]", "[8]"),
    ["with a negative size"] = changed("[2]", "[-2]"),
    ["with half a size"] = changed("[2]", "[1.5]"),
    ["with a size beyond numbers"] = changed("[2]", "[1e300]"),
    ["with an immense shape"] = changed("[2]", "[4294967296,4294967296,4294967296]"),
    ["with too many dimensions"] = changed("[2]", "[" .. ("1,"):rep(1000) .. "2]"),
    ["with a shape that does not fit"] = changed("[2]", "[3]"),
    ["with no shape"] = changed([["shape":[2],]], ""),
    ["with no dtype"] = changed([["dtype":"F32",]], ""),
    ["with an unknown dtype"] = changed("F32", "F33"),
    ["with a number for a tensor"] = function() return safetensors([[{"a":1}]], "") end,
    ["with a name twice"] = function()
      return safetensors(good:sub(1, -2) .. ","
        .. good:sub(2):gsub("%[0,8%]", "[8,16]"), eight .. eight)
    end,
    ["with tensors that overlap"] = function()
      return safetensors(good:sub(1, -2) .. "," .. good:sub(2):gsub('"a"', '"b"'), eight)
    end,
  } do
    it(what .. " is an error", function()
      local file = make()
      local ok, message = pcall(nn.load, file)
      assert.is_false(ok)
      assert.truthy(message:find(file, 1, true), message)
    end)
  end

  it("cut off or changed anywhere is an error or a table", function()
    local file = new_name(".safetensors")
    nn.save(file, {a = nn.randn(2), b = nn.ones(1, {dtype = "int64"})})
    local bytes = read(file)
    for i = 1, #bytes do
      assert.is_false(pcall(nn.load, write(".safetensors", bytes:sub(1, i - 1))))
      local other = bytes:sub(1, i - 1) .. string.char(bytes:byte(i) ~ 0x11) .. bytes:sub(i + 1)
      local ok, result = pcall(nn.load, write(".safetensors", other))
      assert.equal(ok and "table" or "string", type(result))
    end
  end)
end)

describe("what cannot be saved or loaded", function()
  local tensor = nn.ones(2)

  for what, call in pairs {
    ["a name without a known ending"] = function() nn.save("weights.txt", tensor) end,
    ["no name"] = function() nn.save(nil, tensor) end,
    ["a name with a zero byte"] = function() nn.save("a\0.npy", tensor) end,
    ["a folder that is not there"] = function() nn.save("/no/such/folder/a.npy", tensor) end,
    ["a table as .npy"] = function() nn.save(new_name(".npy"), {a = tensor}) end,
    ["a tensor as .safetensors"] = function() nn.save(new_name(".safetensors"), tensor) end,
    ["a list as .safetensors"] = function() nn.save(new_name(".safetensors"), {tensor}) end,
    ["a number in a state dict"] = function() nn.save(new_name(".safetensors"), {a = 1}) end,
    ["a name that is not UTF-8"] = function()
      nn.save(new_name(".safetensors"), {["\xff"] = tensor})
    end,
    ["a tensor named as metadata"] = function()
      nn.save(new_name(".safetensors"), {__metadata__ = tensor})
    end,
    ["nothing"] = function() nn.save(new_name(".npy")) end,
    ["a file that is not there"] = function() nn.load("/no/such/file.npy") end,
  } do
    it("is an error: " .. what, function()
      local ok, message = pcall(call)
      assert.is_false(ok)
      assert.truthy(message:find("save: ", 1, true) or message:find("load: ", 1, true), message)
    end)
  end
end)
