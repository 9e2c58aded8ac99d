-- FizzBuzz: a net learns from the numbers 101 to 1023 what to say to 1 to 100.
local nn = require "nnlua"
local options = nn.options {
  seed = 0, epochs = 10000, hidden = 100, lr = 0.05, batch_size = 128, log_every = 500, save = "",
  plot = "",
}
nn.manual_seed(options.seed)

-- Step 1: the class of a number: 1 for itself, 2 fizz, 3 buzz, 4 fizzbuzz.
local function fizz_buzz_encode(i)
  if i % 15 == 0 then return 4
  elseif i % 5 == 0 then return 3
  elseif i % 3 == 0 then return 2
  else return 1 end
end

-- Step 2: the word for a class.
local function fizz_buzz_decode(i, prediction)
  return ({tostring(i), "fizz", "buzz", "fizzbuzz"})[prediction]
end

-- Step 3: a number as its binary digits, lowest first.
local NUM_DIGITS = 10

local function binary_encode(i)
  local digits = {}
  for d = 1, NUM_DIGITS do digits[d] = i >> (d - 1) & 1 end
  return digits
end

local function encode_range(first, last)
  local x, y = {}, {}
  for i = first, last do
    x[#x + 1] = binary_encode(i)
    y[#y + 1] = fizz_buzz_encode(i)
  end
  return nn.tensor(x), nn.tensor(y, {dtype = "int64"})
end

local trX, trY = encode_range(101, 2 ^ NUM_DIGITS - 1)

-- Step 4: the model, which scores the four classes.
local model = nn.Sequential(
  nn.Linear(NUM_DIGITS, options.hidden),
  nn.ReLU(),
  nn.Linear(options.hidden, 4)
)

-- Step 5: training.
local loss_fn = nn.CrossEntropyLoss()
local optimizer = nn.optim.SGD(model:parameters(), {lr = options.lr})
local epochs, losses = {}, {} -- what is logged

for i, bar in nn.progress(options.epochs, {unit = " epochs", only_terminal = true}) do
  local epoch = i - 1
  for start = 1, #trX, options.batch_size do
    local range = {{start, start + options.batch_size - 1}}
    local batchX = trX[range]
    local batchY = trY[range]

    local y_pred = model(batchX)
    local loss = loss_fn(y_pred, batchY)

    optimizer:zero_grad()
    loss:backward()
    optimizer:step()
  end

  if (epoch + 1) % options.log_every == 0 or epoch == options.epochs - 1 then
    local loss = nn.no_grad(function() return loss_fn(model(trX), trY):item() end)
    print(("%d\t%.9g"):format(epoch, loss))
    bar:set {loss = loss}
    epochs[#epochs + 1], losses[#losses + 1] = epoch, loss
  end
end

if options.save ~= "" then nn.save(options.save, model:state_dict()) end

local curve = nn.plot(epochs, losses, {xlabel = "epoch", ylabel = "loss", logy = true, height = 12})
if options.plot ~= "" then curve:save(options.plot) end

-- Step 6: the answers for 1 to 100.
local testX, testY = encode_range(1, 100)
local scores = nn.no_grad(function() return model(testX) end)
local _, predictions = scores:max(2)

local words = {}
for i, prediction in ipairs(predictions:tolist()) do
  words[i] = ("'%s'"):format(fizz_buzz_decode(i, prediction))
end
print("[" .. table.concat(words, ", ") .. "]")

-- For those who look on: the loss, and the answers in tens, with a star at the wrong ones.
if nn.is_terminal() then
  print(curve)
  local right = predictions:eq(testY):tolist()
  for i, prediction in ipairs(predictions:tolist()) do
    local answer = ({tostring(i), "F", "B", "FB"})[prediction]
    io.write(("%6s"):format(right[i] and answer or "*" .. answer), i % 10 == 0 and "\n" or "")
  end
end
print(("%d/100 correct"):format(predictions:eq(testY):sum():item()))
