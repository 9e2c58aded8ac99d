---@meta nnlua
-- Written by tools/docs from the catalogue and docs/help.

---@class nnlua.Shape: integer[]

---@class nnlua.Function
---@overload fun(...: any): any

---@class nnlua.Class: nnlua.Module
---@overload fun(...: any): nnlua.Module

---@alias nnlua.Operand nnlua.Tensor|number|boolean

---@class nnlua.Tensor
---@field shape nnlua.Shape The sizes of the dimensions, a list that prints as `2x3`.
---@field dtype string The type of the elements: "float32", "float64", "int64" or "bool".
---@field ndim integer The number of dimensions, as `x:dim()`.
---@field T nnlua.Tensor The tensor with its dimensions in reverse order, as a view.
---@field requires_grad boolean Whether gradients are computed for the tensor.
---@field is_leaf boolean Whether the tensor was made by the user rather than computed with a history.
---@field grad nnlua.Tensor? The gradient that backward has added up, or nil.
---@field grad_fn string? The name of the operation that computed the tensor, nil for a leaf.
---@operator add(nnlua.Operand): nnlua.Tensor
---@operator sub(nnlua.Operand): nnlua.Tensor
---@operator mul(nnlua.Operand): nnlua.Tensor
---@operator div(nnlua.Operand): nnlua.Tensor
---@operator pow(nnlua.Operand): nnlua.Tensor
---@operator mod(nnlua.Operand): nnlua.Tensor
---@operator idiv(nnlua.Operand): nnlua.Tensor
---@operator band(nnlua.Operand): nnlua.Tensor
---@operator bor(nnlua.Operand): nnlua.Tensor
---@operator bxor(nnlua.Operand): nnlua.Tensor
---@operator unm: nnlua.Tensor
---@operator bnot: nnlua.Tensor
---@operator len: integer
---@field [integer|table|nnlua.Tensor] nnlua.Tensor
local Tensor = {}

---Zeros in the shape and dtype of input.
---@param options? {dtype?: "float32"|"float64"|"int64"|"bool", requires_grad?: boolean}
---@return nnlua.Tensor
function Tensor:zeros_like(options) end

---Ones in the shape and dtype of input.
---@param options? {dtype?: "float32"|"float64"|"int64"|"bool", requires_grad?: boolean}
---@return nnlua.Tensor
function Tensor:ones_like(options) end

---Zeros in the shape and dtype of input.
---@param options? {dtype?: "float32"|"float64"|"int64"|"bool", requires_grad?: boolean}
---@return nnlua.Tensor
function Tensor:empty_like(options) end

---One value in the shape and dtype of input.
---@param fill_value nnlua.Tensor|number|boolean
---@param options? {dtype?: "float32"|"float64"|"int64"|"bool", requires_grad?: boolean}
---@return nnlua.Tensor
function Tensor:full_like(fill_value, options) end

---Sets every element to value.
---@param value nnlua.Tensor|number|boolean
---@return nnlua.Tensor
function Tensor:fill(value) end

---Sets every element to value.
---@param value nnlua.Tensor|number|boolean
---@return nnlua.Tensor
function Tensor:fill_(value) end

---Sets every element to 0.
---@return nnlua.Tensor
function Tensor:zero_() end

---rand in the shape and dtype of input.
---
---Draws from the default generator, or the one given.
---@param options? {dtype?: "float32"|"float64"|"int64"|"bool", generator?: nnlua.Generator, requires_grad?: boolean}
---@return nnlua.Tensor
function Tensor:rand_like(options) end

---randn in the shape and dtype of input.
---
---Draws from the default generator, or the one given.
---@param options? {dtype?: "float32"|"float64"|"int64"|"bool", generator?: nnlua.Generator, requires_grad?: boolean}
---@return nnlua.Tensor
function Tensor:randn_like(options) end

---Indices drawn at random, each with the probability of its weight in input: num_samples of them for a vector, or for each row of a matrix. Weights need not sum to 1. Without replacement no index comes twice.
---
---Draws from the default generator, or the one given.
---@param num_samples integer
---@param replacement? boolean
---@param generator? nnlua.Generator
---@return nnlua.Tensor
---@overload fun(self: nnlua.Tensor, num_samples: integer, options: {replacement?: boolean, generator?: nnlua.Generator}): nnlua.Tensor
function Tensor:multinomial(num_samples, replacement, generator) end

---Fills the tensor with random integers from `from` (included, 0) to `to` (excluded); of one number, it is `to`; of none, all that the dtype holds one by one are possible.
---
---Draws from the default generator, or the one given.
---@param from? integer
---@param to? integer
---@param generator? nnlua.Generator
---@return nnlua.Tensor
---@overload fun(self: nnlua.Tensor, options: {from?: integer, to?: integer, generator?: nnlua.Generator}): nnlua.Tensor
function Tensor:random_(from, to, generator) end

---Fills the tensor with uniform random numbers from `from` to `to`.
---
---Draws from the default generator, or the one given.
---@param from? number
---@param to? number
---@param generator? nnlua.Generator
---@return nnlua.Tensor
---@overload fun(self: nnlua.Tensor, options: {from?: number, to?: number, generator?: nnlua.Generator}): nnlua.Tensor
function Tensor:uniform_(from, to, generator) end

---Fills the tensor with normal random numbers.
---
---Draws from the default generator, or the one given.
---@param mean? number
---@param std? number
---@param generator? nnlua.Generator
---@return nnlua.Tensor
---@overload fun(self: nnlua.Tensor, options: {mean?: number, std?: number, generator?: nnlua.Generator}): nnlua.Tensor
function Tensor:normal_(mean, std, generator) end

---Fills the tensor with random numbers of the exponential distribution.
---
---Draws from the default generator, or the one given.
---@param lambd? number
---@param generator? nnlua.Generator
---@return nnlua.Tensor
---@overload fun(self: nnlua.Tensor, options: {lambd?: number, generator?: nnlua.Generator}): nnlua.Tensor
function Tensor:exponential_(lambd, generator) end

---0 or 1 for each element: 1 with probability p, a number or a tensor of one for each; where p is left out, with the element itself as the probability.
---
---Draws from the default generator, or the one given.
---@param p? nnlua.Tensor|number|boolean
---@param generator? nnlua.Generator
---@return nnlua.Tensor
---@overload fun(self: nnlua.Tensor, options: {p?: nnlua.Tensor|number|boolean, generator?: nnlua.Generator}): nnlua.Tensor
function Tensor:bernoulli(p, generator) end

---0 or 1 for each element: 1 with probability p, a number or a tensor of one for each; where p is left out, with the element itself as the probability.
---
---Draws from the default generator, or the one given.
---@param p? nnlua.Tensor|number|boolean
---@param generator? nnlua.Generator
---@return nnlua.Tensor
---@overload fun(self: nnlua.Tensor, options: {p?: nnlua.Tensor|number|boolean, generator?: nnlua.Generator}): nnlua.Tensor
function Tensor:bernoulli_(p, generator) end

---The size of one dimension, or the shape.
---@param dim? integer
---@return integer|nnlua.Shape
function Tensor:size(dim) end

---The number of dimensions.
---@return integer
function Tensor:dim() end

---The number of elements.
---@return integer
function Tensor:numel() end

---The number of elements.
---@return integer
function Tensor:nelement() end

---How many elements lie between neighbours of each dimension.
---@return integer[]
function Tensor:stride() end

---Whether the elements lie in memory in order, without gaps.
---@return boolean
function Tensor:is_contiguous() end

---The one element as a Lua number or boolean: an integer for int64, else a float.
---@return number|boolean
function Tensor:item() end

---The elements as nested lists.
---@return table|number|boolean
function Tensor:tolist() end

---Computes the gradient of the tensor with respect to every leaf that requires one, and adds it to the
---leaf's `grad`. A tensor of several elements needs `gradient`, its own gradient, of its shape. What
---was saved for backward is freed on the way unless `retain_graph` is true; with `create_graph` the
---gradients have a history themselves.
---@param gradient? nnlua.Tensor
---@param options? {retain_graph?: boolean, create_graph?: boolean}
function Tensor:backward(gradient, options) end

---Sets whether gradients are computed for a leaf.
---@param requires_grad? boolean
---@return nnlua.Tensor
function Tensor:requires_grad_(requires_grad) end

---Lets backward keep the gradient of a tensor that is not a leaf.
function Tensor:retain_grad() end

---A copy with its own memory; gradients flow through it.
---@return nnlua.Tensor
function Tensor:clone() end

---The tensor itself where its elements lie in memory in order, else a copy whose elements do.
---@return nnlua.Tensor
function Tensor:contiguous() end

---The tensor converted to dtype; itself where it has it already.
---@param dtype "float32"|"float64"|"int64"|"bool"
---@return nnlua.Tensor
function Tensor:to(dtype) end

---The tensor converted to float32, as `x:to("float32")`.
---@return nnlua.Tensor
function Tensor:float() end

---The tensor converted to float64.
---@return nnlua.Tensor
function Tensor:double() end

---The tensor converted to int64; fractions are cut off.
---@return nnlua.Tensor
function Tensor:long() end

---The tensor converted to bool: false where it is 0.
---@return nnlua.Tensor
function Tensor:bool() end

---The tensor converted to the dtype of another.
---@param other nnlua.Tensor
---@return nnlua.Tensor
function Tensor:type_as(other) end

---The same elements without their history: no gradient flows back.
---
---Has no gradient.
---@return nnlua.Tensor
function Tensor:detach() end

---Makes a leaf stop requiring gradients.
---@return nnlua.Tensor
function Tensor:detach_() end

---Puts the elements of src, broadcast and converted, into the tensor.
---@param src nnlua.Tensor
---@return nnlua.Tensor
function Tensor:copy_(src) end

---The same elements in another shape, without a copy. One size may be -1 and follows from the others.
---
---The result shares the elements of its input.
---@param ... integer|integer[]
---@return nnlua.Tensor
function Tensor:view(...) end

---The same elements in another shape: a view where the layout allows, else a copy. One size may be -1.
---@param ... integer|integer[]
---@return nnlua.Tensor
function Tensor:reshape(...) end

---`x:view(other.shape)`.
---@param other nnlua.Tensor
---@return nnlua.Tensor
function Tensor:view_as(other) end

---`x:reshape(other.shape)`.
---@param other nnlua.Tensor
---@return nnlua.Tensor
function Tensor:reshape_as(other) end

---The dimensions from start_dim (the first) to end_dim (the last) as one.
---@param start_dim? integer
---@param end_dim? integer
---@return nnlua.Tensor
---@overload fun(self: nnlua.Tensor, options: {start_dim?: integer, end_dim?: integer}): nnlua.Tensor
function Tensor:flatten(start_dim, end_dim) end

---The transpose of a matrix, as a view.
---
---The result shares the elements of its input.
---@return nnlua.Tensor
function Tensor:t() end

---The tensor with two dimensions exchanged, as a view.
---
---The result shares the elements of its input.
---@param dim0 integer
---@param dim1 integer
---@return nnlua.Tensor
function Tensor:transpose(dim0, dim1) end

---The tensor with its dimensions in the order of dims, as a view.
---
---The result shares the elements of its input.
---@param ... integer|integer[]
---@return nnlua.Tensor
function Tensor:permute(...) end

---The tensor without its dimensions of size 1, or without those among dim, as a view.
---
---The result shares the elements of its input.
---@param ... integer|integer[]
---@return nnlua.Tensor
function Tensor:squeeze(...) end

---The tensor with a dimension of size 1 put in at dim, as a view.
---
---The result shares the elements of its input.
---@param dim integer
---@return nnlua.Tensor
function Tensor:unsqueeze(dim) end

---The tensor repeated along dimensions of size 1 to the sizes given (-1 keeps one), as a view that costs no memory.
---
---The result shares the elements of its input.
---@param ... integer|integer[]
---@return nnlua.Tensor
function Tensor:expand(...) end

---`x:expand(other.shape)`.
---@param other nnlua.Tensor
---@return nnlua.Tensor
function Tensor:expand_as(other) end

---`length` places of dimension dim, from start on, as a view.
---
---The result shares the elements of its input.
---@param dim integer
---@param start integer
---@param length integer
---@return nnlua.Tensor
function Tensor:narrow(dim, start, length) end

---Place `index` of dimension dim, which disappears, as a view.
---
---The result shares the elements of its input.
---
---The same as `x[{{}, 1}]`.
---@param dim integer
---@param index integer
---@return nnlua.Tensor
function Tensor:select(dim, index) end

---A list of views: pieces of one size, the last one smaller if need be, or of the sizes in a list.
---@param split_size integer|integer[]
---@param dim? integer
---@return nnlua.Tensor[]
---@overload fun(self: nnlua.Tensor, split_size: integer|integer[], options: {dim?: integer}): nnlua.Tensor[]
function Tensor:split(split_size, dim) end

---A list of at most so many views of one size; the last one may be smaller.
---@param chunks integer
---@param dim? integer
---@return nnlua.Tensor[]
---@overload fun(self: nnlua.Tensor, chunks: integer, options: {dim?: integer}): nnlua.Tensor[]
function Tensor:chunk(chunks, dim) end

---A list of the slices of a dimension, which disappears, as views.
---@param dim? integer
---@return nnlua.Tensor[]
---@overload fun(self: nnlua.Tensor, options: {dim?: integer}): nnlua.Tensor[]
function Tensor:unbind(dim) end

---Diagonal number `offset` of the matrices in dimensions dim1 and dim2 (the first two), as the last dimension of a view.
---
---The result shares the elements of its input.
---@param offset? integer
---@param dim1? integer
---@param dim2? integer
---@return nnlua.Tensor
---@overload fun(self: nnlua.Tensor, options: {offset?: integer, dim1?: integer, dim2?: integer}): nnlua.Tensor
function Tensor:diagonal(offset, dim1, dim2) end

---A view with the sizes and strides given, starting storage_offset elements after the first.
---
---The result shares the elements of its input.
---@param size integer|integer[]
---@param stride integer|integer[]
---@param storage_offset? integer
---@return nnlua.Tensor
---@overload fun(self: nnlua.Tensor, size: integer|integer[], stride: integer|integer[], options: {storage_offset?: integer}): nnlua.Tensor
function Tensor:as_strided(size, stride, storage_offset) end

---input where condition (bool) is true, else other, element by element, with broadcasting.
---@param condition nnlua.Tensor
---@param other nnlua.Tensor|number|boolean
---@return nnlua.Tensor
function Tensor:where(condition, other) end

---input with value, a number or a tensor of no dimensions, where mask (bool) is true, with broadcasting.
---@param mask nnlua.Tensor
---@param value nnlua.Tensor|number|boolean
---@return nnlua.Tensor
function Tensor:masked_fill(mask, value) end

---input with value, a number or a tensor of no dimensions, where mask (bool) is true, with broadcasting.
---@param mask nnlua.Tensor
---@param value nnlua.Tensor|number|boolean
---@return nnlua.Tensor
function Tensor:masked_fill_(mask, value) end

---The elements of input for which mask (bool) is true, in one dimension, with broadcasting.
---
---The same as `x[mask]`.
---@param mask nnlua.Tensor
---@return nnlua.Tensor
function Tensor:masked_select(mask) end

---input with the elements of source, in their order, where mask (bool) is true, with broadcasting.
---@param mask nnlua.Tensor
---@param source nnlua.Tensor
---@return nnlua.Tensor
function Tensor:masked_scatter(mask, source) end

---input with the elements of source, in their order, where mask (bool) is true, with broadcasting.
---@param mask nnlua.Tensor
---@param source nnlua.Tensor
---@return nnlua.Tensor
function Tensor:masked_scatter_(mask, source) end

---The indices of the elements that are not zero, one row for each, one column for each dimension, int64.
---
---Has no gradient.
---@return nnlua.Tensor
function Tensor:nonzero() end

---Takes elements along dimension dim: in two dimensions, for the first, y[i][j] = input[index[i][j]][j]. The result has the shape of index (int64), which may be smaller than input elsewhere.
---@param dim integer
---@param index nnlua.Tensor
---@return nnlua.Tensor
function Tensor:gather(dim, index) end

---input with elements of src, or value, put in along dimension dim: in two dimensions, for the first, y[index[i][j]][j] = src[i][j]. Where an index occurs twice, the last one counts in the result, and both in the gradient.
---@param dim integer
---@param index nnlua.Tensor
---@param src? nnlua.Tensor|number|boolean
---@param value? number
---@return nnlua.Tensor
---@overload fun(self: nnlua.Tensor, dim: integer, index: nnlua.Tensor, options: {src?: nnlua.Tensor|number|boolean, value?: number}): nnlua.Tensor
function Tensor:scatter(dim, index, src, value) end

---input with elements of src, or value, put in along dimension dim: in two dimensions, for the first, y[index[i][j]][j] = src[i][j]. Where an index occurs twice, the last one counts in the result, and both in the gradient.
---@param dim integer
---@param index nnlua.Tensor
---@param src? nnlua.Tensor|number|boolean
---@param value? number
---@return nnlua.Tensor
---@overload fun(self: nnlua.Tensor, dim: integer, index: nnlua.Tensor, options: {src?: nnlua.Tensor|number|boolean, value?: number}): nnlua.Tensor
function Tensor:scatter_(dim, index, src, value) end

---input with the elements of src added along dimension dim: in two dimensions, for the first, y[index[i][j]][j] += src[i][j].
---@param dim integer
---@param index nnlua.Tensor
---@param src nnlua.Tensor
---@return nnlua.Tensor
function Tensor:scatter_add(dim, index, src) end

---input with the elements of src added along dimension dim: in two dimensions, for the first, y[index[i][j]][j] += src[i][j].
---@param dim integer
---@param index nnlua.Tensor
---@param src nnlua.Tensor
---@return nnlua.Tensor
function Tensor:scatter_add_(dim, index, src) end

---gather with broadcasting in all dimensions but dim; without dim, input and indices are read in one dimension. Serves what argsort and argmax return.
---@param indices nnlua.Tensor
---@param dim? integer
---@return nnlua.Tensor
---@overload fun(self: nnlua.Tensor, indices: nnlua.Tensor, options: {dim?: integer}): nnlua.Tensor
function Tensor:take_along_dim(indices, dim) end

---The slices of dimension dim that index, an int64 tensor of one dimension, names, in its order.
---
---The same as `x[index]`, for any dimension.
---@param dim integer
---@param index nnlua.Tensor
---@return nnlua.Tensor
function Tensor:index_select(dim, index) end

---input with alpha times the slices of source added to those of dimension dim that index names.
---@param dim integer
---@param index nnlua.Tensor
---@param source nnlua.Tensor
---@param alpha? number
---@return nnlua.Tensor
---@overload fun(self: nnlua.Tensor, dim: integer, index: nnlua.Tensor, source: nnlua.Tensor, options: {alpha?: number}): nnlua.Tensor
function Tensor:index_add(dim, index, source, alpha) end

---input with alpha times the slices of source added to those of dimension dim that index names.
---@param dim integer
---@param index nnlua.Tensor
---@param source nnlua.Tensor
---@param alpha? number
---@return nnlua.Tensor
---@overload fun(self: nnlua.Tensor, dim: integer, index: nnlua.Tensor, source: nnlua.Tensor, options: {alpha?: number}): nnlua.Tensor
function Tensor:index_add_(dim, index, source, alpha) end

---input with the slices of source in the place of those of dimension dim that index names; the last counts where index names one twice.
---@param dim integer
---@param index nnlua.Tensor
---@param source nnlua.Tensor
---@return nnlua.Tensor
function Tensor:index_copy(dim, index, source) end

---input with the slices of source in the place of those of dimension dim that index names; the last counts where index names one twice.
---@param dim integer
---@param index nnlua.Tensor
---@param source nnlua.Tensor
---@return nnlua.Tensor
function Tensor:index_copy_(dim, index, source) end

---input with value, a number or a tensor of no dimensions, in the slices of dimension dim that index names.
---@param dim integer
---@param index nnlua.Tensor
---@param value nnlua.Tensor|number|boolean
---@return nnlua.Tensor
function Tensor:index_fill(dim, index, value) end

---input with value, a number or a tensor of no dimensions, in the slices of dimension dim that index names.
---@param dim integer
---@param index nnlua.Tensor
---@param value nnlua.Tensor|number|boolean
---@return nnlua.Tensor
function Tensor:index_fill_(dim, index, value) end

---repeat, where dims may name fewer numbers than there are dimensions: those of the last ones.
---
---What PyTorch's `repeat` does, whose name is a keyword of Lua.
---@param ... integer|integer[]
---@return nnlua.Tensor
function Tensor:tile(...) end

---Each place of dimension dim `repeats` times in a row; without dim, of input read in one dimension.
---@param repeats integer
---@param dim? integer
---@return nnlua.Tensor
---@overload fun(self: nnlua.Tensor, repeats: integer, options: {dim?: integer}): nnlua.Tensor
function Tensor:repeat_interleave(repeats, dim) end

---A copy of input with the order of the elements reversed along dims.
---@param ... integer|integer[]
---@return nnlua.Tensor
function Tensor:flip(...) end

---The elements moved by shifts, a number for each of dims; what leaves at the end returns at the start. Without dims, input is rolled as one row.
---@param shifts integer|integer[]
---@param ... integer|integer[]
---@return nnlua.Tensor
function Tensor:roll(shifts, ...) end

---input + alpha * other, element by element, with broadcasting.
---@param other nnlua.Tensor|number|boolean
---@param alpha? number
---@return nnlua.Tensor
---@overload fun(self: nnlua.Tensor, other: nnlua.Tensor|number|boolean, options: {alpha?: number}): nnlua.Tensor
function Tensor:add(other, alpha) end

---input + alpha * other, element by element, with broadcasting.
---@param other nnlua.Tensor|number|boolean
---@param alpha? number
---@return nnlua.Tensor
---@overload fun(self: nnlua.Tensor, other: nnlua.Tensor|number|boolean, options: {alpha?: number}): nnlua.Tensor
function Tensor:add_(other, alpha) end

---input - alpha * other, element by element, with broadcasting.
---@param other nnlua.Tensor|number|boolean
---@param alpha? number
---@return nnlua.Tensor
---@overload fun(self: nnlua.Tensor, other: nnlua.Tensor|number|boolean, options: {alpha?: number}): nnlua.Tensor
function Tensor:sub(other, alpha) end

---input - alpha * other, element by element, with broadcasting.
---@param other nnlua.Tensor|number|boolean
---@param alpha? number
---@return nnlua.Tensor
---@overload fun(self: nnlua.Tensor, other: nnlua.Tensor|number|boolean, options: {alpha?: number}): nnlua.Tensor
function Tensor:sub_(other, alpha) end

---other - alpha * input, element by element, with broadcasting.
---@param other nnlua.Tensor|number|boolean
---@param alpha? number
---@return nnlua.Tensor
---@overload fun(self: nnlua.Tensor, other: nnlua.Tensor|number|boolean, options: {alpha?: number}): nnlua.Tensor
function Tensor:rsub(other, alpha) end

---other - alpha * input, element by element, with broadcasting.
---@param other nnlua.Tensor|number|boolean
---@param alpha? number
---@return nnlua.Tensor
---@overload fun(self: nnlua.Tensor, other: nnlua.Tensor|number|boolean, options: {alpha?: number}): nnlua.Tensor
function Tensor:rsub_(other, alpha) end

---input * other, element by element, with broadcasting.
---@param other nnlua.Tensor|number|boolean
---@return nnlua.Tensor
function Tensor:mul(other) end

---input * other, element by element, with broadcasting.
---@param other nnlua.Tensor|number|boolean
---@return nnlua.Tensor
function Tensor:mul_(other) end

---input / other, element by element, with broadcasting; integers give float32.
---@param other nnlua.Tensor|number|boolean
---@return nnlua.Tensor
function Tensor:div(other) end

---input / other, element by element, with broadcasting; integers give float32.
---@param other nnlua.Tensor|number|boolean
---@return nnlua.Tensor
function Tensor:div_(other) end

---input / other rounded down, as Lua's //.
---
---`other` is a tensor or a number; the two broadcast.
---@param other nnlua.Tensor|number|boolean
---@return nnlua.Tensor
function Tensor:floor_divide(other) end

---input / other rounded down, as Lua's //.
---
---`other` is a tensor or a number; the two broadcast.
---@param other nnlua.Tensor|number|boolean
---@return nnlua.Tensor
function Tensor:floor_divide_(other) end

---What is left of input after division by other, with the sign of other, as Lua's %.
---
---`other` is a tensor or a number; the two broadcast.
---@param other nnlua.Tensor|number|boolean
---@return nnlua.Tensor
function Tensor:remainder(other) end

---What is left of input after division by other, with the sign of other, as Lua's %.
---
---`other` is a tensor or a number; the two broadcast.
---@param other nnlua.Tensor|number|boolean
---@return nnlua.Tensor
function Tensor:remainder_(other) end

---What is left of input after division by other, with the sign of input.
---
---`other` is a tensor or a number; the two broadcast.
---@param other nnlua.Tensor|number|boolean
---@return nnlua.Tensor
function Tensor:fmod(other) end

---What is left of input after division by other, with the sign of input.
---
---`other` is a tensor or a number; the two broadcast.
---@param other nnlua.Tensor|number|boolean
---@return nnlua.Tensor
function Tensor:fmod_(other) end

---input to the power of exponent, element by element, with broadcasting.
---@param exponent nnlua.Tensor|number|boolean
---@return nnlua.Tensor
function Tensor:pow(exponent) end

---input to the power of exponent, element by element, with broadcasting.
---@param exponent nnlua.Tensor|number|boolean
---@return nnlua.Tensor
function Tensor:pow_(exponent) end

--- -input.
---@return nnlua.Tensor
function Tensor:neg() end

--- -input.
---@return nnlua.Tensor
function Tensor:neg_() end

---The absolute value.
---@return nnlua.Tensor
function Tensor:abs() end

---The absolute value.
---@return nnlua.Tensor
function Tensor:abs_() end

--- -1, 0 or 1, as input is negative, 0 or positive.
---@return nnlua.Tensor
function Tensor:sign() end

--- -1, 0 or 1, as input is negative, 0 or positive.
---@return nnlua.Tensor
function Tensor:sign_() end

---input * input.
---@return nnlua.Tensor
function Tensor:square() end

---input * input.
---@return nnlua.Tensor
function Tensor:square_() end

---The square root; NaN below 0.
---@return nnlua.Tensor
function Tensor:sqrt() end

---The square root; NaN below 0.
---@return nnlua.Tensor
function Tensor:sqrt_() end

---1 / sqrt(input).
---@return nnlua.Tensor
function Tensor:rsqrt() end

---1 / sqrt(input).
---@return nnlua.Tensor
function Tensor:rsqrt_() end

---1 / input.
---@return nnlua.Tensor
function Tensor:reciprocal() end

---1 / input.
---@return nnlua.Tensor
function Tensor:reciprocal_() end

---e to the power of input.
---@return nnlua.Tensor
function Tensor:exp() end

---e to the power of input.
---@return nnlua.Tensor
function Tensor:exp_() end

---exp(input) - 1, exact near 0.
---@return nnlua.Tensor
function Tensor:expm1() end

---exp(input) - 1, exact near 0.
---@return nnlua.Tensor
function Tensor:expm1_() end

---The natural logarithm.
---@return nnlua.Tensor
function Tensor:log() end

---The natural logarithm.
---@return nnlua.Tensor
function Tensor:log_() end

---log(1 + input), exact near 0.
---@return nnlua.Tensor
function Tensor:log1p() end

---log(1 + input), exact near 0.
---@return nnlua.Tensor
function Tensor:log1p_() end

---The logarithm to base 2.
---@return nnlua.Tensor
function Tensor:log2() end

---The logarithm to base 2.
---@return nnlua.Tensor
function Tensor:log2_() end

---The logarithm to base 10.
---@return nnlua.Tensor
function Tensor:log10() end

---The logarithm to base 10.
---@return nnlua.Tensor
function Tensor:log10_() end

---The sine of an angle in radians.
---@return nnlua.Tensor
function Tensor:sin() end

---The sine of an angle in radians.
---@return nnlua.Tensor
function Tensor:sin_() end

---The cosine of an angle in radians.
---@return nnlua.Tensor
function Tensor:cos() end

---The cosine of an angle in radians.
---@return nnlua.Tensor
function Tensor:cos_() end

---The tangent of an angle in radians.
---@return nnlua.Tensor
function Tensor:tan() end

---The tangent of an angle in radians.
---@return nnlua.Tensor
function Tensor:tan_() end

---The angle whose sine is input.
---@return nnlua.Tensor
function Tensor:asin() end

---The angle whose sine is input.
---@return nnlua.Tensor
function Tensor:asin_() end

---The angle whose cosine is input.
---@return nnlua.Tensor
function Tensor:acos() end

---The angle whose cosine is input.
---@return nnlua.Tensor
function Tensor:acos_() end

---The angle whose tangent is input.
---@return nnlua.Tensor
function Tensor:atan() end

---The angle whose tangent is input.
---@return nnlua.Tensor
function Tensor:atan_() end

---The angle of the point (other, input), in radians.
---
---`other` is a tensor or a number; the two broadcast.
---@param other nnlua.Tensor|number|boolean
---@return nnlua.Tensor
function Tensor:atan2(other) end

---The angle of the point (other, input), in radians.
---
---`other` is a tensor or a number; the two broadcast.
---@param other nnlua.Tensor|number|boolean
---@return nnlua.Tensor
function Tensor:atan2_(other) end

---The hyperbolic tangent.
---@return nnlua.Tensor
function Tensor:tanh() end

---The hyperbolic tangent.
---@return nnlua.Tensor
function Tensor:tanh_() end

---The error function, 2 / sqrt(pi) times the integral of exp(-t^2) from 0 to input.
---@return nnlua.Tensor
function Tensor:erf() end

---The error function, 2 / sqrt(pi) times the integral of exp(-t^2) from 0 to input.
---@return nnlua.Tensor
function Tensor:erf_() end

---The largest whole number not above input.
---@return nnlua.Tensor
function Tensor:floor() end

---The largest whole number not above input.
---@return nnlua.Tensor
function Tensor:floor_() end

---The smallest whole number not below input.
---@return nnlua.Tensor
function Tensor:ceil() end

---The smallest whole number not below input.
---@return nnlua.Tensor
function Tensor:ceil_() end

---The nearest whole number; halves go to the even one.
---@return nnlua.Tensor
function Tensor:round() end

---The nearest whole number; halves go to the even one.
---@return nnlua.Tensor
function Tensor:round_() end

---The whole part.
---@return nnlua.Tensor
function Tensor:trunc() end

---The whole part.
---@return nnlua.Tensor
function Tensor:trunc_() end

---input, but at least min and at most max. The gradient passes where input is within.
---@param min? number
---@param max? number
---@return nnlua.Tensor
---@overload fun(self: nnlua.Tensor, options: {min?: number, max?: number}): nnlua.Tensor
function Tensor:clamp(min, max) end

---input, but at least min and at most max. The gradient passes where input is within.
---@param min? number
---@param max? number
---@return nnlua.Tensor
---@overload fun(self: nnlua.Tensor, options: {min?: number, max?: number}): nnlua.Tensor
function Tensor:clamp_(min, max) end

---The larger of the two; NaN where either is. Where they are equal, each takes half of the gradient.
---
---`other` is a tensor or a number; the two broadcast.
---@param other nnlua.Tensor|number|boolean
---@return nnlua.Tensor
function Tensor:maximum(other) end

---The larger of the two; NaN where either is. Where they are equal, each takes half of the gradient.
---
---`other` is a tensor or a number; the two broadcast.
---@param other nnlua.Tensor|number|boolean
---@return nnlua.Tensor
function Tensor:maximum_(other) end

---The smaller of the two; NaN where either is. Where they are equal, each takes half of the gradient.
---
---`other` is a tensor or a number; the two broadcast.
---@param other nnlua.Tensor|number|boolean
---@return nnlua.Tensor
function Tensor:minimum(other) end

---The smaller of the two; NaN where either is. Where they are equal, each takes half of the gradient.
---
---`other` is a tensor or a number; the two broadcast.
---@param other nnlua.Tensor|number|boolean
---@return nnlua.Tensor
function Tensor:minimum_(other) end

---Where input = other.
---
---`other` is a tensor or a number; the two broadcast.
---
---Has no gradient.
---
---`a == b` asks whether both are the same tensor.
---@param other nnlua.Tensor|number|boolean
---@return nnlua.Tensor
function Tensor:eq(other) end

---Where input = other.
---
---`other` is a tensor or a number; the two broadcast.
---
---Has no gradient.
---
---`a == b` asks whether both are the same tensor.
---@param other nnlua.Tensor|number|boolean
---@return nnlua.Tensor
function Tensor:eq_(other) end

---Where input and other differ.
---
---`other` is a tensor or a number; the two broadcast.
---
---Has no gradient.
---@param other nnlua.Tensor|number|boolean
---@return nnlua.Tensor
function Tensor:ne(other) end

---Where input and other differ.
---
---`other` is a tensor or a number; the two broadcast.
---
---Has no gradient.
---@param other nnlua.Tensor|number|boolean
---@return nnlua.Tensor
function Tensor:ne_(other) end

---Where input < other.
---
---`other` is a tensor or a number; the two broadcast.
---
---Has no gradient.
---@param other nnlua.Tensor|number|boolean
---@return nnlua.Tensor
function Tensor:lt(other) end

---Where input < other.
---
---`other` is a tensor or a number; the two broadcast.
---
---Has no gradient.
---@param other nnlua.Tensor|number|boolean
---@return nnlua.Tensor
function Tensor:lt_(other) end

---Where input <= other.
---
---`other` is a tensor or a number; the two broadcast.
---
---Has no gradient.
---@param other nnlua.Tensor|number|boolean
---@return nnlua.Tensor
function Tensor:le(other) end

---Where input <= other.
---
---`other` is a tensor or a number; the two broadcast.
---
---Has no gradient.
---@param other nnlua.Tensor|number|boolean
---@return nnlua.Tensor
function Tensor:le_(other) end

---Where input > other.
---
---`other` is a tensor or a number; the two broadcast.
---
---Has no gradient.
---@param other nnlua.Tensor|number|boolean
---@return nnlua.Tensor
function Tensor:gt(other) end

---Where input > other.
---
---`other` is a tensor or a number; the two broadcast.
---
---Has no gradient.
---@param other nnlua.Tensor|number|boolean
---@return nnlua.Tensor
function Tensor:gt_(other) end

---Where input >= other.
---
---`other` is a tensor or a number; the two broadcast.
---
---Has no gradient.
---@param other nnlua.Tensor|number|boolean
---@return nnlua.Tensor
function Tensor:ge(other) end

---Where input >= other.
---
---`other` is a tensor or a number; the two broadcast.
---
---Has no gradient.
---@param other nnlua.Tensor|number|boolean
---@return nnlua.Tensor
function Tensor:ge_(other) end

---Whether two tensors have the same shape and the same elements.
---@param other nnlua.Tensor
---@return boolean
function Tensor:equal(other) end

---Whether two tensors are equal but for rounding: |a - b| <= atol + rtol |b| for every element.
---@param other nnlua.Tensor
---@param options? {rtol?: number, atol?: number, equal_nan?: boolean}
---@return boolean
function Tensor:allclose(other, options) end

---Where both are not 0.
---
---`other` is a tensor or a number; the two broadcast.
---
---Has no gradient.
---@param other nnlua.Tensor|number|boolean
---@return nnlua.Tensor
function Tensor:logical_and(other) end

---Where both are not 0.
---
---`other` is a tensor or a number; the two broadcast.
---
---Has no gradient.
---@param other nnlua.Tensor|number|boolean
---@return nnlua.Tensor
function Tensor:logical_and_(other) end

---Where at least one is not 0.
---
---`other` is a tensor or a number; the two broadcast.
---
---Has no gradient.
---@param other nnlua.Tensor|number|boolean
---@return nnlua.Tensor
function Tensor:logical_or(other) end

---Where at least one is not 0.
---
---`other` is a tensor or a number; the two broadcast.
---
---Has no gradient.
---@param other nnlua.Tensor|number|boolean
---@return nnlua.Tensor
function Tensor:logical_or_(other) end

---Where exactly one is not 0.
---
---`other` is a tensor or a number; the two broadcast.
---
---Has no gradient.
---@param other nnlua.Tensor|number|boolean
---@return nnlua.Tensor
function Tensor:logical_xor(other) end

---Where exactly one is not 0.
---
---`other` is a tensor or a number; the two broadcast.
---
---Has no gradient.
---@param other nnlua.Tensor|number|boolean
---@return nnlua.Tensor
function Tensor:logical_xor_(other) end

---Where input is 0.
---
---Has no gradient.
---@return nnlua.Tensor
function Tensor:logical_not() end

---Where input is 0.
---
---Has no gradient.
---@return nnlua.Tensor
function Tensor:logical_not_() end

---Where input is not a number.
---
---Has no gradient.
---@return nnlua.Tensor
function Tensor:isnan() end

---Where input is not a number.
---
---Has no gradient.
---@return nnlua.Tensor
function Tensor:isnan_() end

---Where input is infinite.
---
---Has no gradient.
---@return nnlua.Tensor
function Tensor:isinf() end

---Where input is infinite.
---
---Has no gradient.
---@return nnlua.Tensor
function Tensor:isinf_() end

---Where input is neither infinite nor NaN.
---
---Has no gradient.
---@return nnlua.Tensor
function Tensor:isfinite() end

---Where input is neither infinite nor NaN.
---
---Has no gradient.
---@return nnlua.Tensor
function Tensor:isfinite_() end

---The bits set in both.
---
---`other` is a tensor or a number; the two broadcast.
---
---Has no gradient.
---
---The operator `&` does the same.
---@param other nnlua.Tensor|number|boolean
---@return nnlua.Tensor
function Tensor:bitwise_and(other) end

---The bits set in both.
---
---`other` is a tensor or a number; the two broadcast.
---
---Has no gradient.
---
---The operator `&` does the same.
---@param other nnlua.Tensor|number|boolean
---@return nnlua.Tensor
function Tensor:bitwise_and_(other) end

---The bits set in either.
---
---`other` is a tensor or a number; the two broadcast.
---
---Has no gradient.
---
---The operator `|` does the same.
---@param other nnlua.Tensor|number|boolean
---@return nnlua.Tensor
function Tensor:bitwise_or(other) end

---The bits set in either.
---
---`other` is a tensor or a number; the two broadcast.
---
---Has no gradient.
---
---The operator `|` does the same.
---@param other nnlua.Tensor|number|boolean
---@return nnlua.Tensor
function Tensor:bitwise_or_(other) end

---The bits set in one of them.
---
---`other` is a tensor or a number; the two broadcast.
---
---Has no gradient.
---
---The operator `~` does the same.
---@param other nnlua.Tensor|number|boolean
---@return nnlua.Tensor
function Tensor:bitwise_xor(other) end

---The bits set in one of them.
---
---`other` is a tensor or a number; the two broadcast.
---
---Has no gradient.
---
---The operator `~` does the same.
---@param other nnlua.Tensor|number|boolean
---@return nnlua.Tensor
function Tensor:bitwise_xor_(other) end

---Every bit reversed; for bool, not.
---
---Has no gradient.
---
---The operator `~` does the same.
---@return nnlua.Tensor
function Tensor:bitwise_not() end

---Every bit reversed; for bool, not.
---
---Has no gradient.
---
---The operator `~` does the same.
---@return nnlua.Tensor
function Tensor:bitwise_not_() end

---The sum of all elements, or of those along some dimensions. Whole numbers and bools give int64; of no elements it is 0.
---
---`keepdim` keeps a reduced dimension, as one of size 1.
---@param dim? integer|integer[]
---@param keepdim? boolean
---@param dtype? "float32"|"float64"|"int64"|"bool"
---@return nnlua.Tensor
---@overload fun(self: nnlua.Tensor, options: {dim?: integer|integer[], keepdim?: boolean, dtype?: "float32"|"float64"|"int64"|"bool"}): nnlua.Tensor
function Tensor:sum(dim, keepdim, dtype) end

---The mean of all elements, or of those along some dimensions. The input must be floating, or dtype say in what to compute; of no elements it is NaN.
---
---`keepdim` keeps a reduced dimension, as one of size 1.
---@param dim? integer|integer[]
---@param keepdim? boolean
---@param dtype? "float32"|"float64"|"int64"|"bool"
---@return nnlua.Tensor
---@overload fun(self: nnlua.Tensor, options: {dim?: integer|integer[], keepdim?: boolean, dtype?: "float32"|"float64"|"int64"|"bool"}): nnlua.Tensor
function Tensor:mean(dim, keepdim, dtype) end

---The product of all elements, or of those along one dimension. Whole numbers and bools give int64; of no elements it is 1.
---
---`keepdim` keeps a reduced dimension, as one of size 1.
---@param dim? integer
---@param keepdim? boolean
---@param dtype? "float32"|"float64"|"int64"|"bool"
---@return nnlua.Tensor
---@overload fun(self: nnlua.Tensor, options: {dim?: integer, keepdim?: boolean, dtype?: "float32"|"float64"|"int64"|"bool"}): nnlua.Tensor
function Tensor:prod(dim, keepdim, dtype) end

---The variance of all elements, or of those along some dimensions. The squared deviations from the mean are divided by their count less the correction, which is 1 unless given (0 for unbiased=false).
---
---`keepdim` keeps a reduced dimension, as one of size 1.
---@param dim? integer|integer[]
---@param unbiased? boolean
---@param keepdim? boolean
---@param correction? number
---@return nnlua.Tensor
---@overload fun(self: nnlua.Tensor, options: {dim?: integer|integer[], unbiased?: boolean, keepdim?: boolean, correction?: number}): nnlua.Tensor
function Tensor:var(dim, unbiased, keepdim, correction) end

---The standard deviation, the square root of var. The squared deviations from the mean are divided by their count less the correction, which is 1 unless given (0 for unbiased=false).
---
---`keepdim` keeps a reduced dimension, as one of size 1.
---@param dim? integer|integer[]
---@param unbiased? boolean
---@param keepdim? boolean
---@param correction? number
---@return nnlua.Tensor
---@overload fun(self: nnlua.Tensor, options: {dim?: integer|integer[], unbiased?: boolean, keepdim?: boolean, correction?: number}): nnlua.Tensor
function Tensor:std(dim, unbiased, keepdim, correction) end

---The p-norm (sum |input|^p)^(1/p) of all elements, or of those along some dimensions. For p = inf it is the largest |input|, for -inf the smallest, for 0 how many are not 0. The gradient at 0 is 0.
---
---`keepdim` keeps a reduced dimension, as one of size 1.
---@param p? number
---@param dim? integer|integer[]
---@param keepdim? boolean
---@param dtype? "float32"|"float64"|"int64"|"bool"
---@return nnlua.Tensor
---@overload fun(self: nnlua.Tensor, options: {p?: number, dim?: integer|integer[], keepdim?: boolean, dtype?: "float32"|"float64"|"int64"|"bool"}): nnlua.Tensor
function Tensor:norm(p, dim, keepdim, dtype) end

---The largest element. With a dimension, max(input, dim, keepdim), the largest along it and their indices; with a second tensor, maximum. NaN counts as larger than any number.
---
---`keepdim` keeps a reduced dimension, as one of size 1.
---@return nnlua.Tensor
---@overload fun(self: nnlua.Tensor, dim: integer, keepdim?: boolean): nnlua.Tensor, nnlua.Tensor
---@overload fun(self: nnlua.Tensor, dim: integer, options: {keepdim?: boolean}): nnlua.Tensor, nnlua.Tensor
---@overload fun(self: nnlua.Tensor, other: nnlua.Tensor): nnlua.Tensor
function Tensor:max() end

---The smallest element. With a dimension, min(input, dim, keepdim), the smallest along it and their indices; with a second tensor, minimum. NaN counts as smaller than any number.
---
---`keepdim` keeps a reduced dimension, as one of size 1.
---@return nnlua.Tensor
---@overload fun(self: nnlua.Tensor, dim: integer, keepdim?: boolean): nnlua.Tensor, nnlua.Tensor
---@overload fun(self: nnlua.Tensor, dim: integer, options: {keepdim?: boolean}): nnlua.Tensor, nnlua.Tensor
---@overload fun(self: nnlua.Tensor, other: nnlua.Tensor): nnlua.Tensor
function Tensor:min() end

---The largest element, of all or along some dimensions. NaN counts as larger than any number; equal ones share the gradient.
---
---`keepdim` keeps a reduced dimension, as one of size 1.
---@param dim? integer|integer[]
---@param keepdim? boolean
---@return nnlua.Tensor
---@overload fun(self: nnlua.Tensor, options: {dim?: integer|integer[], keepdim?: boolean}): nnlua.Tensor
function Tensor:amax(dim, keepdim) end

---The smallest element, of all or along some dimensions. NaN counts as smaller than any number; equal ones share the gradient.
---
---`keepdim` keeps a reduced dimension, as one of size 1.
---@param dim? integer|integer[]
---@param keepdim? boolean
---@return nnlua.Tensor
---@overload fun(self: nnlua.Tensor, options: {dim?: integer|integer[], keepdim?: boolean}): nnlua.Tensor
function Tensor:amin(dim, keepdim) end

---The index of the largest element along a dimension, the first of several; without one, counted through all elements.
---
---`keepdim` keeps a reduced dimension, as one of size 1.
---
---Has no gradient.
---@param dim? integer
---@param keepdim? boolean
---@return nnlua.Tensor
---@overload fun(self: nnlua.Tensor, options: {dim?: integer, keepdim?: boolean}): nnlua.Tensor
function Tensor:argmax(dim, keepdim) end

---The index of the smallest element along a dimension, the first of several; without one, counted through all elements.
---
---`keepdim` keeps a reduced dimension, as one of size 1.
---
---Has no gradient.
---@param dim? integer
---@param keepdim? boolean
---@return nnlua.Tensor
---@overload fun(self: nnlua.Tensor, options: {dim?: integer, keepdim?: boolean}): nnlua.Tensor
function Tensor:argmin(dim, keepdim) end

---log(sum(exp(input))) along some dimensions, computed so that exp does not overflow.
---
---`keepdim` keeps a reduced dimension, as one of size 1.
---@param dim integer|integer[]
---@param keepdim? boolean
---@return nnlua.Tensor
---@overload fun(self: nnlua.Tensor, dim: integer|integer[], options: {keepdim?: boolean}): nnlua.Tensor
function Tensor:logsumexp(dim, keepdim) end

---How many elements are not 0, as int64.
---
---Has no gradient.
---@param ... integer|integer[]
---@return nnlua.Tensor
function Tensor:count_nonzero(...) end

---Whether any element is not 0, as bool. Of no elements it is false.
---
---`keepdim` keeps a reduced dimension, as one of size 1.
---
---Has no gradient.
---@param dim? integer|integer[]
---@param keepdim? boolean
---@return nnlua.Tensor
---@overload fun(self: nnlua.Tensor, options: {dim?: integer|integer[], keepdim?: boolean}): nnlua.Tensor
function Tensor:any(dim, keepdim) end

---Whether all elements are not 0, as bool. Of no elements it is true.
---
---`keepdim` keeps a reduced dimension, as one of size 1.
---
---Has no gradient.
---@param dim? integer|integer[]
---@param keepdim? boolean
---@return nnlua.Tensor
---@overload fun(self: nnlua.Tensor, options: {dim?: integer|integer[], keepdim?: boolean}): nnlua.Tensor
function Tensor:all(dim, keepdim) end

---The running sum along a dimension. Whole numbers and bools give int64. exclusive leaves each element out of its own result; reverse starts from the end.
---@param dim integer
---@param dtype? "float32"|"float64"|"int64"|"bool"
---@param exclusive? boolean
---@param reverse? boolean
---@return nnlua.Tensor
---@overload fun(self: nnlua.Tensor, dim: integer, options: {dtype?: "float32"|"float64"|"int64"|"bool", exclusive?: boolean, reverse?: boolean}): nnlua.Tensor
function Tensor:cumsum(dim, dtype, exclusive, reverse) end

---The running sum along a dimension. Whole numbers and bools give int64. exclusive leaves each element out of its own result; reverse starts from the end.
---@param dim integer
---@param dtype? "float32"|"float64"|"int64"|"bool"
---@param exclusive? boolean
---@param reverse? boolean
---@return nnlua.Tensor
---@overload fun(self: nnlua.Tensor, dim: integer, options: {dtype?: "float32"|"float64"|"int64"|"bool", exclusive?: boolean, reverse?: boolean}): nnlua.Tensor
function Tensor:cumsum_(dim, dtype, exclusive, reverse) end

---The running product along a dimension. Whole numbers and bools give int64. exclusive leaves each element out of its own result; reverse starts from the end.
---@param dim integer
---@param dtype? "float32"|"float64"|"int64"|"bool"
---@param exclusive? boolean
---@param reverse? boolean
---@return nnlua.Tensor
---@overload fun(self: nnlua.Tensor, dim: integer, options: {dtype?: "float32"|"float64"|"int64"|"bool", exclusive?: boolean, reverse?: boolean}): nnlua.Tensor
function Tensor:cumprod(dim, dtype, exclusive, reverse) end

---The running product along a dimension. Whole numbers and bools give int64. exclusive leaves each element out of its own result; reverse starts from the end.
---@param dim integer
---@param dtype? "float32"|"float64"|"int64"|"bool"
---@param exclusive? boolean
---@param reverse? boolean
---@return nnlua.Tensor
---@overload fun(self: nnlua.Tensor, dim: integer, options: {dtype?: "float32"|"float64"|"int64"|"bool", exclusive?: boolean, reverse?: boolean}): nnlua.Tensor
function Tensor:cumprod_(dim, dtype, exclusive, reverse) end

---The elements in order along a dimension, and where they were. Equal ones always keep their order; NaN counts as the largest.
---@param dim? integer
---@param descending? boolean
---@param stable? boolean
---@return nnlua.Tensor
---@return nnlua.Tensor
---@overload fun(self: nnlua.Tensor, options: {dim?: integer, descending?: boolean, stable?: boolean}): nnlua.Tensor, nnlua.Tensor
function Tensor:sort(dim, descending, stable) end

---The indices that put the elements in order along a dimension: the second result of sort.
---
---Has no gradient.
---@param dim? integer
---@param descending? boolean
---@param stable? boolean
---@return nnlua.Tensor
---@overload fun(self: nnlua.Tensor, options: {dim?: integer, descending?: boolean, stable?: boolean}): nnlua.Tensor
function Tensor:argsort(dim, descending, stable) end

---The k largest (or smallest) elements along a dimension, and their indices, in order unless sorted is false. Of equal ones, the first are taken; NaN counts as the largest.
---@param k integer
---@param dim? integer
---@param largest? boolean
---@param sorted? boolean
---@return nnlua.Tensor
---@return nnlua.Tensor
---@overload fun(self: nnlua.Tensor, k: integer, options: {dim?: integer, largest?: boolean, sorted?: boolean}): nnlua.Tensor, nnlua.Tensor
function Tensor:topk(k, dim, largest, sorted) end

---The matrix product: of two vectors a number, of matrices a matrix, of more dimensions a batch of matrices, with broadcasting.
---@param other nnlua.Tensor
---@return nnlua.Tensor
function Tensor:matmul(other) end

---The product of two matrices: (m, k) times (k, n) is (m, n).
---@param mat2 nnlua.Tensor
---@return nnlua.Tensor
function Tensor:mm(mat2) end

---The products of two batches of matrices: (b, m, k) times (b, k, n) is (b, m, n).
---@param mat2 nnlua.Tensor
---@return nnlua.Tensor
function Tensor:bmm(mat2) end

---A matrix times a vector: (m, k) times (k) is (m).
---@param vec nnlua.Tensor
---@return nnlua.Tensor
function Tensor:mv(vec) end

---The sum of the products of two vectors' elements.
---@param tensor nnlua.Tensor
---@return nnlua.Tensor
function Tensor:dot(tensor) end

---All products of an element of one vector with one of the other: (m) and (n) give (m, n).
---@param vec2 nnlua.Tensor
---@return nnlua.Tensor
function Tensor:outer(vec2) end

---beta * input + alpha * (mat1 mm mat2): (m, k) times (k, n), and an input that broadcasts to (m, n).
---@param mat1 nnlua.Tensor
---@param mat2 nnlua.Tensor
---@param beta? number
---@param alpha? number
---@return nnlua.Tensor
---@overload fun(self: nnlua.Tensor, mat1: nnlua.Tensor, mat2: nnlua.Tensor, options: {beta?: number, alpha?: number}): nnlua.Tensor
function Tensor:addmm(mat1, mat2, beta, alpha) end

---beta * input + alpha * (mat1 mm mat2): (m, k) times (k, n), and an input that broadcasts to (m, n).
---@param mat1 nnlua.Tensor
---@param mat2 nnlua.Tensor
---@param beta? number
---@param alpha? number
---@return nnlua.Tensor
---@overload fun(self: nnlua.Tensor, mat1: nnlua.Tensor, mat2: nnlua.Tensor, options: {beta?: number, alpha?: number}): nnlua.Tensor
function Tensor:addmm_(mat1, mat2, beta, alpha) end

---input weight^T + bias: (…, in) with weight (out, in) and bias (out) gives (…, out).
---@param weight nnlua.Tensor
---@param bias? nnlua.Tensor
---@return nnlua.Tensor
---@overload fun(self: nnlua.Tensor, weight: nnlua.Tensor, options: {bias?: nnlua.Tensor}): nnlua.Tensor
function Tensor:linear(weight, bias) end

---The matrix, or each of a batch of matrices, with zeros above diagonal number `diagonal`: 0 is the main one, 1 the one above it.
---@param diagonal? integer
---@return nnlua.Tensor
---@overload fun(self: nnlua.Tensor, options: {diagonal?: integer}): nnlua.Tensor
function Tensor:tril(diagonal) end

---The matrix, or each of a batch of matrices, with zeros above diagonal number `diagonal`: 0 is the main one, 1 the one above it.
---@param diagonal? integer
---@return nnlua.Tensor
---@overload fun(self: nnlua.Tensor, options: {diagonal?: integer}): nnlua.Tensor
function Tensor:tril_(diagonal) end

---The matrix, or each of a batch of matrices, with zeros below diagonal number `diagonal`: 0 is the main one, 1 the one above it.
---@param diagonal? integer
---@return nnlua.Tensor
---@overload fun(self: nnlua.Tensor, options: {diagonal?: integer}): nnlua.Tensor
function Tensor:triu(diagonal) end

---The matrix, or each of a batch of matrices, with zeros below diagonal number `diagonal`: 0 is the main one, 1 the one above it.
---@param diagonal? integer
---@return nnlua.Tensor
---@overload fun(self: nnlua.Tensor, options: {diagonal?: integer}): nnlua.Tensor
function Tensor:triu_(diagonal) end

---From one dimension, the matrix with input on diagonal number `diagonal`; from a matrix, a copy of that diagonal.
---@param diagonal? integer
---@return nnlua.Tensor
---@overload fun(self: nnlua.Tensor, options: {diagonal?: integer}): nnlua.Tensor
function Tensor:diag(diagonal) end

---The sum of a matrix's diagonal.
---@return nnlua.Tensor
function Tensor:trace() end

---max(0, input); NaN stays NaN.
---@return nnlua.Tensor
function Tensor:relu() end

---max(0, input); NaN stays NaN.
---@return nnlua.Tensor
function Tensor:relu_() end

---input where it is above 0, else negative_slope * input.
---@param negative_slope? number
---@return nnlua.Tensor
---@overload fun(self: nnlua.Tensor, options: {negative_slope?: number}): nnlua.Tensor
function Tensor:leaky_relu(negative_slope) end

---input where it is above 0, else negative_slope * input.
---@param negative_slope? number
---@return nnlua.Tensor
---@overload fun(self: nnlua.Tensor, options: {negative_slope?: number}): nnlua.Tensor
function Tensor:leaky_relu_(negative_slope) end

---input where it is above 0, else alpha * (exp(input) - 1) (Clevert et al. 2015).
---@param alpha? number
---@return nnlua.Tensor
---@overload fun(self: nnlua.Tensor, options: {alpha?: number}): nnlua.Tensor
function Tensor:elu(alpha) end

---input where it is above 0, else alpha * (exp(input) - 1) (Clevert et al. 2015).
---@param alpha? number
---@return nnlua.Tensor
---@overload fun(self: nnlua.Tensor, options: {alpha?: number}): nnlua.Tensor
function Tensor:elu_(alpha) end

---input * Phi(input), Phi being the normal distribution function, or its approximation by tanh (Hendrycks and Gimpel 2016).
---
---`approximate` is one of none, tanh.
---@param approximate? "none"|"tanh"
---@return nnlua.Tensor
---@overload fun(self: nnlua.Tensor, options: {approximate?: "none"|"tanh"}): nnlua.Tensor
function Tensor:gelu(approximate) end

---input * sigmoid(input) (Elfwing et al. 2017).
---@return nnlua.Tensor
function Tensor:silu() end

---input * sigmoid(input) (Elfwing et al. 2017).
---@return nnlua.Tensor
function Tensor:silu_() end

---1 / (1 + exp(-input)).
---@return nnlua.Tensor
function Tensor:sigmoid() end

---1 / (1 + exp(-input)).
---@return nnlua.Tensor
function Tensor:sigmoid_() end

---log(sigmoid(input)), without overflow.
---@return nnlua.Tensor
function Tensor:logsigmoid() end

---log(sigmoid(input)), without overflow.
---@return nnlua.Tensor
function Tensor:logsigmoid_() end

---log(1 + exp(beta * input)) / beta; input itself where beta * input is above threshold.
---@param beta? number
---@param threshold? number
---@return nnlua.Tensor
---@overload fun(self: nnlua.Tensor, options: {beta?: number, threshold?: number}): nnlua.Tensor
function Tensor:softplus(beta, threshold) end

---log(1 + exp(beta * input)) / beta; input itself where beta * input is above threshold.
---@param beta? number
---@param threshold? number
---@return nnlua.Tensor
---@overload fun(self: nnlua.Tensor, options: {beta?: number, threshold?: number}): nnlua.Tensor
function Tensor:softplus_(beta, threshold) end

---exp(input) / sum(exp(input)) along a dimension: numbers between 0 and 1 that add up to 1.
---@param dim integer
---@param dtype? "float32"|"float64"|"int64"|"bool"
---@return nnlua.Tensor
---@overload fun(self: nnlua.Tensor, dim: integer, options: {dtype?: "float32"|"float64"|"int64"|"bool"}): nnlua.Tensor
function Tensor:softmax(dim, dtype) end

---The logarithm of softmax along a dimension, computed without losing what softmax would round to 0.
---@param dim integer
---@param dtype? "float32"|"float64"|"int64"|"bool"
---@return nnlua.Tensor
---@overload fun(self: nnlua.Tensor, dim: integer, options: {dtype?: "float32"|"float64"|"int64"|"bool"}): nnlua.Tensor
function Tensor:log_softmax(dim, dtype) end

---Each element is 0 with probability p, else input / (1 - p) (Srivastava et al. 2014); input itself where training is false.
---
---Draws from the default generator, or the one given.
---@param p? number
---@param training? boolean
---@param generator? nnlua.Generator
---@return nnlua.Tensor
---@overload fun(self: nnlua.Tensor, options: {p?: number, training?: boolean, generator?: nnlua.Generator}): nnlua.Tensor
function Tensor:dropout(p, training, generator) end

---@class nnlua.Module
---@field training boolean Whether the module is in training mode, in which dropout drops and batch norm learns statistics.
---@operator len: integer
---@field [integer] nnlua.Module
---@field [string] any
---@overload fun(input: nnlua.Tensor, ...: any): nnlua.Tensor
local Module = {}

---Computes the result, as a call of the module does.
---@param ... any
---@return any
function Module:forward(...) end

---Sets training mode for the module and all modules below.
---@param mode? boolean
---@return nnlua.Module
function Module:train(mode) end

---Sets evaluation mode for the module and all modules below.
---@return nnlua.Module
function Module:eval() end

---Converts the floating parameters and buffers of the module and of all modules below, and their
---gradients, in place: optimisers that have them go on.
---@param dtype "float32"|"float64"
---@return nnlua.Module
function Module:to(dtype) end

---The same as `model:to("float32")`.
---@return nnlua.Module
function Module:float() end

---The same as `model:to("float64")`.
---@return nnlua.Module
function Module:double() end

---A list of the parameters of the module and of all modules below.
---@return nnlua.Tensor[]
function Module:parameters() end

---Iterates over the paths and parameters.
---@return function
function Module:named_parameters() end

---A list of the buffers: tensors that are saved with the module, but not learnt.
---@return nnlua.Tensor[]
function Module:buffers() end

---Iterates over the paths and buffers.
---@return function
function Module:named_buffers() end

---A list of the modules directly below.
---@return nnlua.Module[]
function Module:children() end

---Iterates over the names and modules directly below.
---@return function
function Module:named_children() end

---A list of the module itself and all modules below.
---@return nnlua.Module[]
function Module:modules() end

---Iterates over the paths and modules: the module itself (its path is "") and all below.
---@return function
function Module:named_modules() end

---Calls f on every module below and on the module itself, children first.
---@param f function
---@return nnlua.Module
function Module:apply(f) end

---Adds a module at the end of an `nn.Sequential` or `nn.ModuleList`, and returns that.
---@param module nnlua.Module
---@return nnlua.Module
function Module:append(module) end

---The same as `model[name] = module`.
---@param name string
---@param module nnlua.Module
---@return nnlua.Module
function Module:add_module(name, module) end

---Registers a parameter by name, as the assignment of one made by `nn.Parameter` does.
---@param name string
---@param parameter? nnlua.Tensor
function Module:register_parameter(name, parameter) end

---Registers a tensor that is saved with the state dict, but not learnt.
---@param name string
---@param tensor? nnlua.Tensor
function Module:register_buffer(name, tensor) end

---Sets `requires_grad` of every parameter: `false` freezes the module.
---@param requires_grad? boolean
---@return nnlua.Module
function Module:requires_grad_(requires_grad) end

---Drops the gradients of every parameter; with `set_to_none = false`, sets them to 0.
---@param options? {set_to_none?: boolean}
function Module:zero_grad(options) end

---Every parameter and buffer by its path. The tensors share the module's elements.
---@return table<string, nnlua.Tensor>
function Module:state_dict() end

---Copies the tensors of a state dict into the module. Names that are missing or unexpected are errors
---unless `strict` is false; wrong shapes always are.
---@param dict table<string, nnlua.Tensor>
---@param options? {strict?: boolean}
---@return nnlua.Module
function Module:load_state_dict(dict, options) end

---@class nnlua.Optimizer
---@field param_groups table[] The groups of parameters: in each the list `params` and the options, which may be changed.
local Optimizer = {}

---Changes every parameter that has a gradient, by one step.
function Optimizer:step() end

---Drops the gradients of every parameter; with `set_to_none = false`, sets them to 0.
---@param options? {set_to_none?: boolean}
function Optimizer:zero_grad(options) end

---Adds a group `{params = …}` with options of its own.
---@param group table
function Optimizer:add_param_group(group) end

---The state of every parameter and the options of every group, to go on with later.
---@return table
function Optimizer:state_dict() end

---Takes on the state and options of a state dict of an optimiser with the same groups.
---@param dict table
function Optimizer:load_state_dict(dict) end

---@class nnlua.Scheduler
local Scheduler = {}

---Goes on to the next epoch and sets the rates. `ReduceLROnPlateau` takes the metric.
---@param metric? number|nnlua.Tensor
---@overload fun(self: nnlua.Scheduler, options: {metric?: number|nnlua.Tensor})
function Scheduler:step(metric) end

---The rate of each group.
---@return number[]
function Scheduler:get_last_lr() end

---What is needed to go on later.
---@return table
function Scheduler:state_dict() end

---Goes on from a state dict.
---@param dict table
function Scheduler:load_state_dict(dict) end

---@class nnlua.Generator
local Generator = {}

---Starts the generator anew, and returns it.
---@param seed integer
---@return nnlua.Generator
function Generator:manual_seed(seed) end

---The seed that the generator was given last.
---@return integer
function Generator:initial_seed() end

---@class nnlua.Context
---@field saved_tensors nnlua.Tensor[] In the `backward` of an `nn.Function`: what `forward` saved by `ctx:save_for_backward`.
---@field [string] any
local Context = {}

---In the `forward` of an `nn.Function`: keeps tensors for `backward`, which finds them in
---`ctx.saved_tensors`. Anything else may be kept in fields of `ctx`.
---@param ... nnlua.Tensor
function Context:save_for_backward(...) end

---@class nnlua.Figure
local Figure = {}

---Writes the figure as `.svg` or `.png`, of so many pixels. `.png` needs the library
---cairo when it is written (on Debian, the package libcairo2).
---@param path string
---@param options? {width?: integer, height?: integer}
function Figure:save(path, options) end

---The figure as a string of so many characters across and down, in 0, 8, 256 or 2^24 colours. What is
---left out is chosen to suit standard output, as `print` does.
---@param options? {width?: integer, height?: integer, colours?: integer, unicode?: boolean}
---@return string
function Figure:draw(options) end

---@class nnlua.Progress
local Progress = {}

---Counts k more as done.
---@param k? number
---@return nnlua.Progress
function Progress:update(k) end

---Shows values behind the rate, by name. A tensor of one element is read only when the bar is drawn,
---so that a loop need not call `item`.
---@param values table
---@return nnlua.Progress
function Progress:set(values) end

---Draws the last state and ends the line. Loops over the bar do it at their end.
function Progress:close() end

---@class nnlua
---@field Module nnlua.Class The class that all classes of modules come from.
---@field version string The version of nnlua.
local nn = {}

---A tensor of a number, a boolean, or lists nested evenly; of another tensor, a copy without history.
---Numbers become float32, whole or not, and booleans bool, unless dtype says otherwise.
---@param data number|boolean|table|nnlua.Tensor
---@param options? {dtype?: "float32"|"float64"|"int64"|"bool", requires_grad?: boolean}
---@return nnlua.Tensor
function nn.tensor(data, options) end

---A tensor of zeros.
---@param ... integer|integer[]|{dtype?: "float32"|"float64"|"int64"|"bool", requires_grad?: boolean}
---@return nnlua.Tensor
function nn.zeros(...) end

---A tensor of ones.
---@param ... integer|integer[]|{dtype?: "float32"|"float64"|"int64"|"bool", requires_grad?: boolean}
---@return nnlua.Tensor
function nn.ones(...) end

---A tensor of zeros, for elements that are set later.
---@param ... integer|integer[]|{dtype?: "float32"|"float64"|"int64"|"bool", requires_grad?: boolean}
---@return nnlua.Tensor
function nn.empty(...) end

---A tensor of one value, float32 unless dtype says otherwise.
---@param size integer|integer[]
---@param fill_value nnlua.Tensor|number|boolean
---@param options? {dtype?: "float32"|"float64"|"int64"|"bool", requires_grad?: boolean}
---@return nnlua.Tensor
function nn.full(size, fill_value, options) end

---start, start + step, … up to but not including end; arange(n) is 0 … n - 1. int64 when all its numbers are integers, else float32.
---@param start number
---@param end_? number
---@param step? number
---@param options? {dtype?: "float32"|"float64"|"int64"|"bool", requires_grad?: boolean}
---@return nnlua.Tensor
function nn.arange(start, end_, step, options) end

---start, start + step, … up to and including end, as Lua's for counts. int64 when all its numbers are integers, else float32.
---@param start number
---@param end_ number
---@param step? number
---@param options? {dtype?: "float32"|"float64"|"int64"|"bool", requires_grad?: boolean}
---@return nnlua.Tensor
function nn.range(start, end_, step, options) end

---`steps` numbers at even distances, from start to end, both included.
---@param start number
---@param end_ number
---@param steps integer
---@param options? {dtype?: "float32"|"float64"|"int64"|"bool", requires_grad?: boolean}
---@return nnlua.Tensor
function nn.linspace(start, end_, steps, options) end

---The identity matrix, n by m (n).
---@param n integer
---@param m? integer
---@param options? {dtype?: "float32"|"float64"|"int64"|"bool", requires_grad?: boolean}
---@return nnlua.Tensor
function nn.eye(n, m, options) end

---Zeros in the shape and dtype of input.
---@param input nnlua.Tensor
---@param options? {dtype?: "float32"|"float64"|"int64"|"bool", requires_grad?: boolean}
---@return nnlua.Tensor
function nn.zeros_like(input, options) end

---Ones in the shape and dtype of input.
---@param input nnlua.Tensor
---@param options? {dtype?: "float32"|"float64"|"int64"|"bool", requires_grad?: boolean}
---@return nnlua.Tensor
function nn.ones_like(input, options) end

---Zeros in the shape and dtype of input.
---@param input nnlua.Tensor
---@param options? {dtype?: "float32"|"float64"|"int64"|"bool", requires_grad?: boolean}
---@return nnlua.Tensor
function nn.empty_like(input, options) end

---One value in the shape and dtype of input.
---@param input nnlua.Tensor
---@param fill_value nnlua.Tensor|number|boolean
---@param options? {dtype?: "float32"|"float64"|"int64"|"bool", requires_grad?: boolean}
---@return nnlua.Tensor
function nn.full_like(input, fill_value, options) end

---Sets every element to value.
---@param input nnlua.Tensor
---@param value nnlua.Tensor|number|boolean
---@return nnlua.Tensor
function nn.fill(input, value) end

---Starts the random numbers anew, as `torch.manual_seed` does.
---@param seed integer
function nn.manual_seed(seed) end

---The seed that was set last.
---@return integer
function nn.initial_seed() end

---A generator that stands where the stream of random numbers does, to come back to it.
---@return nnlua.Generator
function nn.get_rng_state() end

---Lets random numbers go on from where a generator stands. The generator stays there.
---@param state nnlua.Generator
function nn.set_rng_state(state) end

---A stream of random numbers of its own.
---@return nnlua.Generator
function nn.Generator() end

---Uniform random numbers from 0 (included) to 1 (excluded).
---
---Draws from the default generator, or the one given.
---@param ... integer|integer[]|{dtype?: "float32"|"float64"|"int64"|"bool", generator?: nnlua.Generator, requires_grad?: boolean}
---@return nnlua.Tensor
function nn.rand(...) end

---Random numbers of the normal distribution of mean 0 and variance 1.
---
---Draws from the default generator, or the one given.
---@param ... integer|integer[]|{dtype?: "float32"|"float64"|"int64"|"bool", generator?: nnlua.Generator, requires_grad?: boolean}
---@return nnlua.Tensor
function nn.randn(...) end

---rand in the shape and dtype of input.
---
---Draws from the default generator, or the one given.
---@param input nnlua.Tensor
---@param options? {dtype?: "float32"|"float64"|"int64"|"bool", generator?: nnlua.Generator, requires_grad?: boolean}
---@return nnlua.Tensor
function nn.rand_like(input, options) end

---randn in the shape and dtype of input.
---
---Draws from the default generator, or the one given.
---@param input nnlua.Tensor
---@param options? {dtype?: "float32"|"float64"|"int64"|"bool", generator?: nnlua.Generator, requires_grad?: boolean}
---@return nnlua.Tensor
function nn.randn_like(input, options) end

---Random integers from low (included) to high (excluded), int64 by default.
---
---Draws from the default generator, or the one given.
---@param low integer
---@param high integer
---@param ... integer|integer[]|{dtype?: "float32"|"float64"|"int64"|"bool", generator?: nnlua.Generator, requires_grad?: boolean}
---@return nnlua.Tensor
function nn.randint(low, high, ...) end

---The numbers of n places in random order: indices that shuffle.
---
---Draws from the default generator, or the one given.
---@param n integer
---@param options? {generator?: nnlua.Generator, requires_grad?: boolean}
---@return nnlua.Tensor
function nn.randperm(n, options) end

---Normal random numbers, of one mean and deviation in the sizes given, or of those in tensors.
---@param mean nnlua.Tensor|number
---@param std? nnlua.Tensor|number
---@param size? integer|integer[]
---@param options? {dtype?: string, generator?: nnlua.Generator}
---@return nnlua.Tensor
function nn.normal(mean, std, size, options) end

---Indices drawn at random, each with the probability of its weight in input: num_samples of them for a vector, or for each row of a matrix. Weights need not sum to 1. Without replacement no index comes twice.
---
---Draws from the default generator, or the one given.
---@param input nnlua.Tensor
---@param num_samples integer
---@param replacement? boolean
---@param generator? nnlua.Generator
---@return nnlua.Tensor
---@overload fun(input: nnlua.Tensor, num_samples: integer, options: {replacement?: boolean, generator?: nnlua.Generator}): nnlua.Tensor
function nn.multinomial(input, num_samples, replacement, generator) end

---0 or 1 for each element: 1 with probability p, a number or a tensor of one for each; where p is left out, with the element itself as the probability.
---
---Draws from the default generator, or the one given.
---@param input nnlua.Tensor
---@param p? nnlua.Tensor|number|boolean
---@param generator? nnlua.Generator
---@return nnlua.Tensor
---@overload fun(input: nnlua.Tensor, options: {p?: nnlua.Tensor|number|boolean, generator?: nnlua.Generator}): nnlua.Tensor
function nn.bernoulli(input, p, generator) end

---Whether a value is a tensor.
---@param value any
---@return boolean
function nn.is_tensor(value) end

---The gradients of outputs with respect to inputs: a list, or one tensor where `inputs` is one. No
---`grad` changes. An input that does not take part is an error, or with `allow_unused` false in the
---list.
---@param outputs nnlua.Tensor|nnlua.Tensor[]
---@param inputs nnlua.Tensor|nnlua.Tensor[]
---@param options? {grad_outputs?: nnlua.Tensor|nnlua.Tensor[]|nil, retain_graph?: boolean, create_graph?: boolean, allow_unused?: boolean}
---@return nnlua.Tensor|nnlua.Tensor[]
function nn.grad(outputs, inputs, options) end

---Calls f, with the further arguments, without recording a history, and returns what f returns.
---Without f it gives a value to close: the rest of its block is not recorded.
---@param f? function
---@param ... any
---@return any
function nn.no_grad(f, ...) end

---The opposite of `nn.no_grad`: records a history inside of it.
---@param f? function
---@param ... any
---@return any
function nn.enable_grad(f, ...) end

---Whether a history is recorded.
---@return boolean
function nn.is_grad_enabled() end

---Sets whether a history is recorded from here on.
---@param enabled boolean
function nn.set_grad_enabled(enabled) end

---An operation with a gradient of its own. `forward(ctx, …)` computes the result, `backward(ctx, …)`
---gets the gradient of each result and returns one for each argument, nil where there is none. The
---result is called like a function.
---@param options? {forward?: function, backward?: function}
---@return nnlua.Function
function nn.Function(options) end

---Compares the gradients of f with central differences, (f(x + eps) - f(x - eps)) / (2 eps), for each
---element of the inputs that require grad, which must be float64. An error names the first element
---that is off; with `raise = false`, the results are false and the message.
---@param f function
---@param inputs nnlua.Tensor|nnlua.Tensor[]
---@param options? {eps?: number, atol?: number, rtol?: number, raise?: boolean}
---@return boolean
---@return string?
function nn.gradcheck(f, inputs, options) end

---The same for the gradient of the gradient.
---@param f function
---@param inputs nnlua.Tensor|nnlua.Tensor[]
---@param options? {eps?: number, atol?: number, rtol?: number, raise?: boolean}
---@return boolean
---@return string?
function nn.gradgradcheck(f, inputs, options) end

---A copy with its own memory; gradients flow through it.
---@param input nnlua.Tensor
---@return nnlua.Tensor
function nn.clone(input) end

---The same elements without their history: no gradient flows back.
---
---Has no gradient.
---@param input nnlua.Tensor
---@return nnlua.Tensor
function nn.detach(input) end

---The same elements in another shape: a view where the layout allows, else a copy. One size may be -1.
---@param input nnlua.Tensor
---@param ... integer|integer[]
---@return nnlua.Tensor
function nn.reshape(input, ...) end

---The dimensions from start_dim (the first) to end_dim (the last) as one.
---@param input nnlua.Tensor
---@param start_dim? integer
---@param end_dim? integer
---@return nnlua.Tensor
---@overload fun(input: nnlua.Tensor, options: {start_dim?: integer, end_dim?: integer}): nnlua.Tensor
function nn.flatten(input, start_dim, end_dim) end

---The transpose of a matrix, as a view.
---
---The result shares the elements of its input.
---@param input nnlua.Tensor
---@return nnlua.Tensor
function nn.t(input) end

---The tensor with two dimensions exchanged, as a view.
---
---The result shares the elements of its input.
---@param input nnlua.Tensor
---@param dim0 integer
---@param dim1 integer
---@return nnlua.Tensor
function nn.transpose(input, dim0, dim1) end

---The tensor with its dimensions in the order of dims, as a view.
---
---The result shares the elements of its input.
---@param input nnlua.Tensor
---@param ... integer|integer[]
---@return nnlua.Tensor
function nn.permute(input, ...) end

---The tensor without its dimensions of size 1, or without those among dim, as a view.
---
---The result shares the elements of its input.
---@param input nnlua.Tensor
---@param ... integer|integer[]
---@return nnlua.Tensor
function nn.squeeze(input, ...) end

---The tensor with a dimension of size 1 put in at dim, as a view.
---
---The result shares the elements of its input.
---@param input nnlua.Tensor
---@param dim integer
---@return nnlua.Tensor
function nn.unsqueeze(input, dim) end

---`length` places of dimension dim, from start on, as a view.
---
---The result shares the elements of its input.
---@param input nnlua.Tensor
---@param dim integer
---@param start integer
---@param length integer
---@return nnlua.Tensor
function nn.narrow(input, dim, start, length) end

---Place `index` of dimension dim, which disappears, as a view.
---
---The result shares the elements of its input.
---
---The same as `x[{{}, 1}]`.
---@param input nnlua.Tensor
---@param dim integer
---@param index integer
---@return nnlua.Tensor
function nn.select(input, dim, index) end

---A list of views: pieces of one size, the last one smaller if need be, or of the sizes in a list.
---@param input nnlua.Tensor
---@param split_size integer|integer[]
---@param dim? integer
---@return nnlua.Tensor[]
---@overload fun(input: nnlua.Tensor, split_size: integer|integer[], options: {dim?: integer}): nnlua.Tensor[]
function nn.split(input, split_size, dim) end

---A list of at most so many views of one size; the last one may be smaller.
---@param input nnlua.Tensor
---@param chunks integer
---@param dim? integer
---@return nnlua.Tensor[]
---@overload fun(input: nnlua.Tensor, chunks: integer, options: {dim?: integer}): nnlua.Tensor[]
function nn.chunk(input, chunks, dim) end

---A list of the slices of a dimension, which disappears, as views.
---@param input nnlua.Tensor
---@param dim? integer
---@return nnlua.Tensor[]
---@overload fun(input: nnlua.Tensor, options: {dim?: integer}): nnlua.Tensor[]
function nn.unbind(input, dim) end

---Diagonal number `offset` of the matrices in dimensions dim1 and dim2 (the first two), as the last dimension of a view.
---
---The result shares the elements of its input.
---@param input nnlua.Tensor
---@param offset? integer
---@param dim1? integer
---@param dim2? integer
---@return nnlua.Tensor
---@overload fun(input: nnlua.Tensor, options: {offset?: integer, dim1?: integer, dim2?: integer}): nnlua.Tensor
function nn.diagonal(input, offset, dim1, dim2) end

---A view with the sizes and strides given, starting storage_offset elements after the first.
---
---The result shares the elements of its input.
---@param input nnlua.Tensor
---@param size integer|integer[]
---@param stride integer|integer[]
---@param storage_offset? integer
---@return nnlua.Tensor
---@overload fun(input: nnlua.Tensor, size: integer|integer[], stride: integer|integer[], options: {storage_offset?: integer}): nnlua.Tensor
function nn.as_strided(input, size, stride, storage_offset) end

---input where condition (bool) is true, else other, element by element, with broadcasting.
---@param condition nnlua.Tensor
---@param input nnlua.Tensor|number|boolean
---@param other nnlua.Tensor|number|boolean
---@return nnlua.Tensor
function nn.where(condition, input, other) end

---input with value, a number or a tensor of no dimensions, where mask (bool) is true, with broadcasting.
---@param input nnlua.Tensor
---@param mask nnlua.Tensor
---@param value nnlua.Tensor|number|boolean
---@return nnlua.Tensor
function nn.masked_fill(input, mask, value) end

---The elements of input for which mask (bool) is true, in one dimension, with broadcasting.
---
---The same as `x[mask]`.
---@param input nnlua.Tensor
---@param mask nnlua.Tensor
---@return nnlua.Tensor
function nn.masked_select(input, mask) end

---input with the elements of source, in their order, where mask (bool) is true, with broadcasting.
---@param input nnlua.Tensor
---@param mask nnlua.Tensor
---@param source nnlua.Tensor
---@return nnlua.Tensor
function nn.masked_scatter(input, mask, source) end

---The indices of the elements that are not zero, one row for each, one column for each dimension, int64.
---
---Has no gradient.
---@param input nnlua.Tensor
---@return nnlua.Tensor
function nn.nonzero(input) end

---Takes elements along dimension dim: in two dimensions, for the first, y[i][j] = input[index[i][j]][j]. The result has the shape of index (int64), which may be smaller than input elsewhere.
---@param input nnlua.Tensor
---@param dim integer
---@param index nnlua.Tensor
---@return nnlua.Tensor
function nn.gather(input, dim, index) end

---input with elements of src, or value, put in along dimension dim: in two dimensions, for the first, y[index[i][j]][j] = src[i][j]. Where an index occurs twice, the last one counts in the result, and both in the gradient.
---@param input nnlua.Tensor
---@param dim integer
---@param index nnlua.Tensor
---@param src? nnlua.Tensor|number|boolean
---@param value? number
---@return nnlua.Tensor
---@overload fun(input: nnlua.Tensor, dim: integer, index: nnlua.Tensor, options: {src?: nnlua.Tensor|number|boolean, value?: number}): nnlua.Tensor
function nn.scatter(input, dim, index, src, value) end

---input with the elements of src added along dimension dim: in two dimensions, for the first, y[index[i][j]][j] += src[i][j].
---@param input nnlua.Tensor
---@param dim integer
---@param index nnlua.Tensor
---@param src nnlua.Tensor
---@return nnlua.Tensor
function nn.scatter_add(input, dim, index, src) end

---gather with broadcasting in all dimensions but dim; without dim, input and indices are read in one dimension. Serves what argsort and argmax return.
---@param input nnlua.Tensor
---@param indices nnlua.Tensor
---@param dim? integer
---@return nnlua.Tensor
---@overload fun(input: nnlua.Tensor, indices: nnlua.Tensor, options: {dim?: integer}): nnlua.Tensor
function nn.take_along_dim(input, indices, dim) end

---For each class in input (int64) a row of num_classes zeros with a 1 in the place of the class; -1 finds the number from the largest.
---
---Has no gradient.
---@param input nnlua.Tensor
---@param num_classes? integer
---@return nnlua.Tensor
---@overload fun(input: nnlua.Tensor, options: {num_classes?: integer}): nnlua.Tensor
function nn.one_hot(input, num_classes) end

---The slices of dimension dim that index, an int64 tensor of one dimension, names, in its order.
---
---The same as `x[index]`, for any dimension.
---@param input nnlua.Tensor
---@param dim integer
---@param index nnlua.Tensor
---@return nnlua.Tensor
function nn.index_select(input, dim, index) end

---input with alpha times the slices of source added to those of dimension dim that index names.
---@param input nnlua.Tensor
---@param dim integer
---@param index nnlua.Tensor
---@param source nnlua.Tensor
---@param alpha? number
---@return nnlua.Tensor
---@overload fun(input: nnlua.Tensor, dim: integer, index: nnlua.Tensor, source: nnlua.Tensor, options: {alpha?: number}): nnlua.Tensor
function nn.index_add(input, dim, index, source, alpha) end

---input with the slices of source in the place of those of dimension dim that index names; the last counts where index names one twice.
---@param input nnlua.Tensor
---@param dim integer
---@param index nnlua.Tensor
---@param source nnlua.Tensor
---@return nnlua.Tensor
function nn.index_copy(input, dim, index, source) end

---input with value, a number or a tensor of no dimensions, in the slices of dimension dim that index names.
---@param input nnlua.Tensor
---@param dim integer
---@param index nnlua.Tensor
---@param value nnlua.Tensor|number|boolean
---@return nnlua.Tensor
function nn.index_fill(input, dim, index, value) end

---The rows of weight (n x d) that input (int64, of any shape) names: a result of input's shape x d. Row padding_idx gets no gradient.
---@param input nnlua.Tensor
---@param weight nnlua.Tensor
---@param padding_idx? integer
---@return nnlua.Tensor
---@overload fun(input: nnlua.Tensor, weight: nnlua.Tensor, options: {padding_idx?: integer}): nnlua.Tensor
function nn.embedding(input, weight, padding_idx) end

---The tensors one after another along dimension dim (the first), in their promoted dtype. Elsewhere their sizes must be equal.
---@param tensors nnlua.Tensor[]
---@param dim? integer
---@return nnlua.Tensor
---@overload fun(tensors: nnlua.Tensor[], options: {dim?: integer}): nnlua.Tensor
function nn.cat(tensors, dim) end

---The tensors, all of one shape, along a dimension dim (the first) that is put in, in their promoted dtype.
---@param tensors nnlua.Tensor[]
---@param dim? integer
---@return nnlua.Tensor
---@overload fun(tensors: nnlua.Tensor[], options: {dim?: integer}): nnlua.Tensor
function nn.stack(tensors, dim) end

---repeat, where dims may name fewer numbers than there are dimensions: those of the last ones.
---
---What PyTorch's `repeat` does, whose name is a keyword of Lua.
---@param input nnlua.Tensor
---@param ... integer|integer[]
---@return nnlua.Tensor
function nn.tile(input, ...) end

---Each place of dimension dim `repeats` times in a row; without dim, of input read in one dimension.
---@param input nnlua.Tensor
---@param repeats integer
---@param dim? integer
---@return nnlua.Tensor
---@overload fun(input: nnlua.Tensor, repeats: integer, options: {dim?: integer}): nnlua.Tensor
function nn.repeat_interleave(input, repeats, dim) end

---A copy of input with the order of the elements reversed along dims.
---@param input nnlua.Tensor
---@param ... integer|integer[]
---@return nnlua.Tensor
function nn.flip(input, ...) end

---The elements moved by shifts, a number for each of dims; what leaves at the end returns at the start. Without dims, input is rolled as one row.
---@param input nnlua.Tensor
---@param shifts integer|integer[]
---@param ... integer|integer[]
---@return nnlua.Tensor
function nn.roll(input, shifts, ...) end

---input + alpha * other, element by element, with broadcasting.
---@param input nnlua.Tensor
---@param other nnlua.Tensor|number|boolean
---@param alpha? number
---@return nnlua.Tensor
---@overload fun(input: nnlua.Tensor, other: nnlua.Tensor|number|boolean, options: {alpha?: number}): nnlua.Tensor
function nn.add(input, other, alpha) end

---input - alpha * other, element by element, with broadcasting.
---@param input nnlua.Tensor
---@param other nnlua.Tensor|number|boolean
---@param alpha? number
---@return nnlua.Tensor
---@overload fun(input: nnlua.Tensor, other: nnlua.Tensor|number|boolean, options: {alpha?: number}): nnlua.Tensor
function nn.sub(input, other, alpha) end

---other - alpha * input, element by element, with broadcasting.
---@param input nnlua.Tensor
---@param other nnlua.Tensor|number|boolean
---@param alpha? number
---@return nnlua.Tensor
---@overload fun(input: nnlua.Tensor, other: nnlua.Tensor|number|boolean, options: {alpha?: number}): nnlua.Tensor
function nn.rsub(input, other, alpha) end

---input * other, element by element, with broadcasting.
---@param input nnlua.Tensor
---@param other nnlua.Tensor|number|boolean
---@return nnlua.Tensor
function nn.mul(input, other) end

---input / other, element by element, with broadcasting; integers give float32.
---@param input nnlua.Tensor
---@param other nnlua.Tensor|number|boolean
---@return nnlua.Tensor
function nn.div(input, other) end

---input / other rounded down, as Lua's //.
---
---`other` is a tensor or a number; the two broadcast.
---@param input nnlua.Tensor
---@param other nnlua.Tensor|number|boolean
---@return nnlua.Tensor
function nn.floor_divide(input, other) end

---What is left of input after division by other, with the sign of other, as Lua's %.
---
---`other` is a tensor or a number; the two broadcast.
---@param input nnlua.Tensor
---@param other nnlua.Tensor|number|boolean
---@return nnlua.Tensor
function nn.remainder(input, other) end

---What is left of input after division by other, with the sign of input.
---
---`other` is a tensor or a number; the two broadcast.
---@param input nnlua.Tensor
---@param other nnlua.Tensor|number|boolean
---@return nnlua.Tensor
function nn.fmod(input, other) end

---input to the power of exponent, element by element, with broadcasting.
---@param input nnlua.Tensor
---@param exponent nnlua.Tensor|number|boolean
---@return nnlua.Tensor
function nn.pow(input, exponent) end

--- -input.
---@param input nnlua.Tensor
---@return nnlua.Tensor
function nn.neg(input) end

---The absolute value.
---@param input nnlua.Tensor
---@return nnlua.Tensor
function nn.abs(input) end

--- -1, 0 or 1, as input is negative, 0 or positive.
---@param input nnlua.Tensor
---@return nnlua.Tensor
function nn.sign(input) end

---input * input.
---@param input nnlua.Tensor
---@return nnlua.Tensor
function nn.square(input) end

---The square root; NaN below 0.
---@param input nnlua.Tensor
---@return nnlua.Tensor
function nn.sqrt(input) end

---1 / sqrt(input).
---@param input nnlua.Tensor
---@return nnlua.Tensor
function nn.rsqrt(input) end

---1 / input.
---@param input nnlua.Tensor
---@return nnlua.Tensor
function nn.reciprocal(input) end

---e to the power of input.
---@param input nnlua.Tensor
---@return nnlua.Tensor
function nn.exp(input) end

---exp(input) - 1, exact near 0.
---@param input nnlua.Tensor
---@return nnlua.Tensor
function nn.expm1(input) end

---The natural logarithm.
---@param input nnlua.Tensor
---@return nnlua.Tensor
function nn.log(input) end

---log(1 + input), exact near 0.
---@param input nnlua.Tensor
---@return nnlua.Tensor
function nn.log1p(input) end

---The logarithm to base 2.
---@param input nnlua.Tensor
---@return nnlua.Tensor
function nn.log2(input) end

---The logarithm to base 10.
---@param input nnlua.Tensor
---@return nnlua.Tensor
function nn.log10(input) end

---The sine of an angle in radians.
---@param input nnlua.Tensor
---@return nnlua.Tensor
function nn.sin(input) end

---The cosine of an angle in radians.
---@param input nnlua.Tensor
---@return nnlua.Tensor
function nn.cos(input) end

---The tangent of an angle in radians.
---@param input nnlua.Tensor
---@return nnlua.Tensor
function nn.tan(input) end

---The angle whose sine is input.
---@param input nnlua.Tensor
---@return nnlua.Tensor
function nn.asin(input) end

---The angle whose cosine is input.
---@param input nnlua.Tensor
---@return nnlua.Tensor
function nn.acos(input) end

---The angle whose tangent is input.
---@param input nnlua.Tensor
---@return nnlua.Tensor
function nn.atan(input) end

---The angle of the point (other, input), in radians.
---
---`other` is a tensor or a number; the two broadcast.
---@param input nnlua.Tensor
---@param other nnlua.Tensor|number|boolean
---@return nnlua.Tensor
function nn.atan2(input, other) end

---The hyperbolic tangent.
---@param input nnlua.Tensor
---@return nnlua.Tensor
function nn.tanh(input) end

---The error function, 2 / sqrt(pi) times the integral of exp(-t^2) from 0 to input.
---@param input nnlua.Tensor
---@return nnlua.Tensor
function nn.erf(input) end

---The largest whole number not above input.
---@param input nnlua.Tensor
---@return nnlua.Tensor
function nn.floor(input) end

---The smallest whole number not below input.
---@param input nnlua.Tensor
---@return nnlua.Tensor
function nn.ceil(input) end

---The nearest whole number; halves go to the even one.
---@param input nnlua.Tensor
---@return nnlua.Tensor
function nn.round(input) end

---The whole part.
---@param input nnlua.Tensor
---@return nnlua.Tensor
function nn.trunc(input) end

---input, but at least min and at most max. The gradient passes where input is within.
---@param input nnlua.Tensor
---@param min? number
---@param max? number
---@return nnlua.Tensor
---@overload fun(input: nnlua.Tensor, options: {min?: number, max?: number}): nnlua.Tensor
function nn.clamp(input, min, max) end

---The larger of the two; NaN where either is. Where they are equal, each takes half of the gradient.
---
---`other` is a tensor or a number; the two broadcast.
---@param input nnlua.Tensor
---@param other nnlua.Tensor|number|boolean
---@return nnlua.Tensor
function nn.maximum(input, other) end

---The smaller of the two; NaN where either is. Where they are equal, each takes half of the gradient.
---
---`other` is a tensor or a number; the two broadcast.
---@param input nnlua.Tensor
---@param other nnlua.Tensor|number|boolean
---@return nnlua.Tensor
function nn.minimum(input, other) end

---Where input = other.
---
---`other` is a tensor or a number; the two broadcast.
---
---Has no gradient.
---
---`a == b` asks whether both are the same tensor.
---@param input nnlua.Tensor
---@param other nnlua.Tensor|number|boolean
---@return nnlua.Tensor
function nn.eq(input, other) end

---Where input and other differ.
---
---`other` is a tensor or a number; the two broadcast.
---
---Has no gradient.
---@param input nnlua.Tensor
---@param other nnlua.Tensor|number|boolean
---@return nnlua.Tensor
function nn.ne(input, other) end

---Where input < other.
---
---`other` is a tensor or a number; the two broadcast.
---
---Has no gradient.
---@param input nnlua.Tensor
---@param other nnlua.Tensor|number|boolean
---@return nnlua.Tensor
function nn.lt(input, other) end

---Where input <= other.
---
---`other` is a tensor or a number; the two broadcast.
---
---Has no gradient.
---@param input nnlua.Tensor
---@param other nnlua.Tensor|number|boolean
---@return nnlua.Tensor
function nn.le(input, other) end

---Where input > other.
---
---`other` is a tensor or a number; the two broadcast.
---
---Has no gradient.
---@param input nnlua.Tensor
---@param other nnlua.Tensor|number|boolean
---@return nnlua.Tensor
function nn.gt(input, other) end

---Where input >= other.
---
---`other` is a tensor or a number; the two broadcast.
---
---Has no gradient.
---@param input nnlua.Tensor
---@param other nnlua.Tensor|number|boolean
---@return nnlua.Tensor
function nn.ge(input, other) end

---Whether two tensors have the same shape and the same elements.
---@param input nnlua.Tensor
---@param other nnlua.Tensor
---@return boolean
function nn.equal(input, other) end

---Whether two tensors are equal but for rounding: |a - b| <= atol + rtol |b| for every element.
---@param input nnlua.Tensor
---@param other nnlua.Tensor
---@param options? {rtol?: number, atol?: number, equal_nan?: boolean}
---@return boolean
function nn.allclose(input, other, options) end

---Where both are not 0.
---
---`other` is a tensor or a number; the two broadcast.
---
---Has no gradient.
---@param input nnlua.Tensor
---@param other nnlua.Tensor|number|boolean
---@return nnlua.Tensor
function nn.logical_and(input, other) end

---Where at least one is not 0.
---
---`other` is a tensor or a number; the two broadcast.
---
---Has no gradient.
---@param input nnlua.Tensor
---@param other nnlua.Tensor|number|boolean
---@return nnlua.Tensor
function nn.logical_or(input, other) end

---Where exactly one is not 0.
---
---`other` is a tensor or a number; the two broadcast.
---
---Has no gradient.
---@param input nnlua.Tensor
---@param other nnlua.Tensor|number|boolean
---@return nnlua.Tensor
function nn.logical_xor(input, other) end

---Where input is 0.
---
---Has no gradient.
---@param input nnlua.Tensor
---@return nnlua.Tensor
function nn.logical_not(input) end

---Where input is not a number.
---
---Has no gradient.
---@param input nnlua.Tensor
---@return nnlua.Tensor
function nn.isnan(input) end

---Where input is infinite.
---
---Has no gradient.
---@param input nnlua.Tensor
---@return nnlua.Tensor
function nn.isinf(input) end

---Where input is neither infinite nor NaN.
---
---Has no gradient.
---@param input nnlua.Tensor
---@return nnlua.Tensor
function nn.isfinite(input) end

---The bits set in both.
---
---`other` is a tensor or a number; the two broadcast.
---
---Has no gradient.
---
---The operator `&` does the same.
---@param input nnlua.Tensor
---@param other nnlua.Tensor|number|boolean
---@return nnlua.Tensor
function nn.bitwise_and(input, other) end

---The bits set in either.
---
---`other` is a tensor or a number; the two broadcast.
---
---Has no gradient.
---
---The operator `|` does the same.
---@param input nnlua.Tensor
---@param other nnlua.Tensor|number|boolean
---@return nnlua.Tensor
function nn.bitwise_or(input, other) end

---The bits set in one of them.
---
---`other` is a tensor or a number; the two broadcast.
---
---Has no gradient.
---
---The operator `~` does the same.
---@param input nnlua.Tensor
---@param other nnlua.Tensor|number|boolean
---@return nnlua.Tensor
function nn.bitwise_xor(input, other) end

---Every bit reversed; for bool, not.
---
---Has no gradient.
---
---The operator `~` does the same.
---@param input nnlua.Tensor
---@return nnlua.Tensor
function nn.bitwise_not(input) end

---The sum of all elements, or of those along some dimensions. Whole numbers and bools give int64; of no elements it is 0.
---
---`keepdim` keeps a reduced dimension, as one of size 1.
---@param input nnlua.Tensor
---@param dim? integer|integer[]
---@param keepdim? boolean
---@param dtype? "float32"|"float64"|"int64"|"bool"
---@return nnlua.Tensor
---@overload fun(input: nnlua.Tensor, options: {dim?: integer|integer[], keepdim?: boolean, dtype?: "float32"|"float64"|"int64"|"bool"}): nnlua.Tensor
function nn.sum(input, dim, keepdim, dtype) end

---The mean of all elements, or of those along some dimensions. The input must be floating, or dtype say in what to compute; of no elements it is NaN.
---
---`keepdim` keeps a reduced dimension, as one of size 1.
---@param input nnlua.Tensor
---@param dim? integer|integer[]
---@param keepdim? boolean
---@param dtype? "float32"|"float64"|"int64"|"bool"
---@return nnlua.Tensor
---@overload fun(input: nnlua.Tensor, options: {dim?: integer|integer[], keepdim?: boolean, dtype?: "float32"|"float64"|"int64"|"bool"}): nnlua.Tensor
function nn.mean(input, dim, keepdim, dtype) end

---The product of all elements, or of those along one dimension. Whole numbers and bools give int64; of no elements it is 1.
---
---`keepdim` keeps a reduced dimension, as one of size 1.
---@param input nnlua.Tensor
---@param dim? integer
---@param keepdim? boolean
---@param dtype? "float32"|"float64"|"int64"|"bool"
---@return nnlua.Tensor
---@overload fun(input: nnlua.Tensor, options: {dim?: integer, keepdim?: boolean, dtype?: "float32"|"float64"|"int64"|"bool"}): nnlua.Tensor
function nn.prod(input, dim, keepdim, dtype) end

---The variance of all elements, or of those along some dimensions. The squared deviations from the mean are divided by their count less the correction, which is 1 unless given (0 for unbiased=false).
---
---`keepdim` keeps a reduced dimension, as one of size 1.
---@param input nnlua.Tensor
---@param dim? integer|integer[]
---@param unbiased? boolean
---@param keepdim? boolean
---@param correction? number
---@return nnlua.Tensor
---@overload fun(input: nnlua.Tensor, options: {dim?: integer|integer[], unbiased?: boolean, keepdim?: boolean, correction?: number}): nnlua.Tensor
function nn.var(input, dim, unbiased, keepdim, correction) end

---The standard deviation, the square root of var. The squared deviations from the mean are divided by their count less the correction, which is 1 unless given (0 for unbiased=false).
---
---`keepdim` keeps a reduced dimension, as one of size 1.
---@param input nnlua.Tensor
---@param dim? integer|integer[]
---@param unbiased? boolean
---@param keepdim? boolean
---@param correction? number
---@return nnlua.Tensor
---@overload fun(input: nnlua.Tensor, options: {dim?: integer|integer[], unbiased?: boolean, keepdim?: boolean, correction?: number}): nnlua.Tensor
function nn.std(input, dim, unbiased, keepdim, correction) end

---The p-norm (sum |input|^p)^(1/p) of all elements, or of those along some dimensions. For p = inf it is the largest |input|, for -inf the smallest, for 0 how many are not 0. The gradient at 0 is 0.
---
---`keepdim` keeps a reduced dimension, as one of size 1.
---@param input nnlua.Tensor
---@param p? number
---@param dim? integer|integer[]
---@param keepdim? boolean
---@param dtype? "float32"|"float64"|"int64"|"bool"
---@return nnlua.Tensor
---@overload fun(input: nnlua.Tensor, options: {p?: number, dim?: integer|integer[], keepdim?: boolean, dtype?: "float32"|"float64"|"int64"|"bool"}): nnlua.Tensor
function nn.norm(input, p, dim, keepdim, dtype) end

---The largest element. With a dimension, max(input, dim, keepdim), the largest along it and their indices; with a second tensor, maximum. NaN counts as larger than any number.
---
---`keepdim` keeps a reduced dimension, as one of size 1.
---@param input nnlua.Tensor
---@return nnlua.Tensor
---@overload fun(input: nnlua.Tensor, dim: integer, keepdim?: boolean): nnlua.Tensor, nnlua.Tensor
---@overload fun(input: nnlua.Tensor, dim: integer, options: {keepdim?: boolean}): nnlua.Tensor, nnlua.Tensor
---@overload fun(input: nnlua.Tensor, other: nnlua.Tensor): nnlua.Tensor
function nn.max(input) end

---The smallest element. With a dimension, min(input, dim, keepdim), the smallest along it and their indices; with a second tensor, minimum. NaN counts as smaller than any number.
---
---`keepdim` keeps a reduced dimension, as one of size 1.
---@param input nnlua.Tensor
---@return nnlua.Tensor
---@overload fun(input: nnlua.Tensor, dim: integer, keepdim?: boolean): nnlua.Tensor, nnlua.Tensor
---@overload fun(input: nnlua.Tensor, dim: integer, options: {keepdim?: boolean}): nnlua.Tensor, nnlua.Tensor
---@overload fun(input: nnlua.Tensor, other: nnlua.Tensor): nnlua.Tensor
function nn.min(input) end

---The largest element, of all or along some dimensions. NaN counts as larger than any number; equal ones share the gradient.
---
---`keepdim` keeps a reduced dimension, as one of size 1.
---@param input nnlua.Tensor
---@param dim? integer|integer[]
---@param keepdim? boolean
---@return nnlua.Tensor
---@overload fun(input: nnlua.Tensor, options: {dim?: integer|integer[], keepdim?: boolean}): nnlua.Tensor
function nn.amax(input, dim, keepdim) end

---The smallest element, of all or along some dimensions. NaN counts as smaller than any number; equal ones share the gradient.
---
---`keepdim` keeps a reduced dimension, as one of size 1.
---@param input nnlua.Tensor
---@param dim? integer|integer[]
---@param keepdim? boolean
---@return nnlua.Tensor
---@overload fun(input: nnlua.Tensor, options: {dim?: integer|integer[], keepdim?: boolean}): nnlua.Tensor
function nn.amin(input, dim, keepdim) end

---The index of the largest element along a dimension, the first of several; without one, counted through all elements.
---
---`keepdim` keeps a reduced dimension, as one of size 1.
---
---Has no gradient.
---@param input nnlua.Tensor
---@param dim? integer
---@param keepdim? boolean
---@return nnlua.Tensor
---@overload fun(input: nnlua.Tensor, options: {dim?: integer, keepdim?: boolean}): nnlua.Tensor
function nn.argmax(input, dim, keepdim) end

---The index of the smallest element along a dimension, the first of several; without one, counted through all elements.
---
---`keepdim` keeps a reduced dimension, as one of size 1.
---
---Has no gradient.
---@param input nnlua.Tensor
---@param dim? integer
---@param keepdim? boolean
---@return nnlua.Tensor
---@overload fun(input: nnlua.Tensor, options: {dim?: integer, keepdim?: boolean}): nnlua.Tensor
function nn.argmin(input, dim, keepdim) end

---log(sum(exp(input))) along some dimensions, computed so that exp does not overflow.
---
---`keepdim` keeps a reduced dimension, as one of size 1.
---@param input nnlua.Tensor
---@param dim integer|integer[]
---@param keepdim? boolean
---@return nnlua.Tensor
---@overload fun(input: nnlua.Tensor, dim: integer|integer[], options: {keepdim?: boolean}): nnlua.Tensor
function nn.logsumexp(input, dim, keepdim) end

---How many elements are not 0, as int64.
---
---Has no gradient.
---@param input nnlua.Tensor
---@param ... integer|integer[]
---@return nnlua.Tensor
function nn.count_nonzero(input, ...) end

---Whether any element is not 0, as bool. Of no elements it is false.
---
---`keepdim` keeps a reduced dimension, as one of size 1.
---
---Has no gradient.
---@param input nnlua.Tensor
---@param dim? integer|integer[]
---@param keepdim? boolean
---@return nnlua.Tensor
---@overload fun(input: nnlua.Tensor, options: {dim?: integer|integer[], keepdim?: boolean}): nnlua.Tensor
function nn.any(input, dim, keepdim) end

---Whether all elements are not 0, as bool. Of no elements it is true.
---
---`keepdim` keeps a reduced dimension, as one of size 1.
---
---Has no gradient.
---@param input nnlua.Tensor
---@param dim? integer|integer[]
---@param keepdim? boolean
---@return nnlua.Tensor
---@overload fun(input: nnlua.Tensor, options: {dim?: integer|integer[], keepdim?: boolean}): nnlua.Tensor
function nn.all(input, dim, keepdim) end

---The running sum along a dimension. Whole numbers and bools give int64. exclusive leaves each element out of its own result; reverse starts from the end.
---@param input nnlua.Tensor
---@param dim integer
---@param dtype? "float32"|"float64"|"int64"|"bool"
---@param exclusive? boolean
---@param reverse? boolean
---@return nnlua.Tensor
---@overload fun(input: nnlua.Tensor, dim: integer, options: {dtype?: "float32"|"float64"|"int64"|"bool", exclusive?: boolean, reverse?: boolean}): nnlua.Tensor
function nn.cumsum(input, dim, dtype, exclusive, reverse) end

---The running product along a dimension. Whole numbers and bools give int64. exclusive leaves each element out of its own result; reverse starts from the end.
---@param input nnlua.Tensor
---@param dim integer
---@param dtype? "float32"|"float64"|"int64"|"bool"
---@param exclusive? boolean
---@param reverse? boolean
---@return nnlua.Tensor
---@overload fun(input: nnlua.Tensor, dim: integer, options: {dtype?: "float32"|"float64"|"int64"|"bool", exclusive?: boolean, reverse?: boolean}): nnlua.Tensor
function nn.cumprod(input, dim, dtype, exclusive, reverse) end

---The elements in order along a dimension, and where they were. Equal ones always keep their order; NaN counts as the largest.
---@param input nnlua.Tensor
---@param dim? integer
---@param descending? boolean
---@param stable? boolean
---@return nnlua.Tensor
---@return nnlua.Tensor
---@overload fun(input: nnlua.Tensor, options: {dim?: integer, descending?: boolean, stable?: boolean}): nnlua.Tensor, nnlua.Tensor
function nn.sort(input, dim, descending, stable) end

---The indices that put the elements in order along a dimension: the second result of sort.
---
---Has no gradient.
---@param input nnlua.Tensor
---@param dim? integer
---@param descending? boolean
---@param stable? boolean
---@return nnlua.Tensor
---@overload fun(input: nnlua.Tensor, options: {dim?: integer, descending?: boolean, stable?: boolean}): nnlua.Tensor
function nn.argsort(input, dim, descending, stable) end

---The k largest (or smallest) elements along a dimension, and their indices, in order unless sorted is false. Of equal ones, the first are taken; NaN counts as the largest.
---@param input nnlua.Tensor
---@param k integer
---@param dim? integer
---@param largest? boolean
---@param sorted? boolean
---@return nnlua.Tensor
---@return nnlua.Tensor
---@overload fun(input: nnlua.Tensor, k: integer, options: {dim?: integer, largest?: boolean, sorted?: boolean}): nnlua.Tensor, nnlua.Tensor
function nn.topk(input, k, dim, largest, sorted) end

---The matrix product: of two vectors a number, of matrices a matrix, of more dimensions a batch of matrices, with broadcasting.
---@param input nnlua.Tensor
---@param other nnlua.Tensor
---@return nnlua.Tensor
function nn.matmul(input, other) end

---The product of two matrices: (m, k) times (k, n) is (m, n).
---@param input nnlua.Tensor
---@param mat2 nnlua.Tensor
---@return nnlua.Tensor
function nn.mm(input, mat2) end

---The products of two batches of matrices: (b, m, k) times (b, k, n) is (b, m, n).
---@param input nnlua.Tensor
---@param mat2 nnlua.Tensor
---@return nnlua.Tensor
function nn.bmm(input, mat2) end

---A matrix times a vector: (m, k) times (k) is (m).
---@param input nnlua.Tensor
---@param vec nnlua.Tensor
---@return nnlua.Tensor
function nn.mv(input, vec) end

---The sum of the products of two vectors' elements.
---@param input nnlua.Tensor
---@param tensor nnlua.Tensor
---@return nnlua.Tensor
function nn.dot(input, tensor) end

---All products of an element of one vector with one of the other: (m) and (n) give (m, n).
---@param input nnlua.Tensor
---@param vec2 nnlua.Tensor
---@return nnlua.Tensor
function nn.outer(input, vec2) end

---beta * input + alpha * (mat1 mm mat2): (m, k) times (k, n), and an input that broadcasts to (m, n).
---@param input nnlua.Tensor
---@param mat1 nnlua.Tensor
---@param mat2 nnlua.Tensor
---@param beta? number
---@param alpha? number
---@return nnlua.Tensor
---@overload fun(input: nnlua.Tensor, mat1: nnlua.Tensor, mat2: nnlua.Tensor, options: {beta?: number, alpha?: number}): nnlua.Tensor
function nn.addmm(input, mat1, mat2, beta, alpha) end

---input weight^T + bias: (…, in) with weight (out, in) and bias (out) gives (…, out).
---@param input nnlua.Tensor
---@param weight nnlua.Tensor
---@param bias? nnlua.Tensor
---@return nnlua.Tensor
---@overload fun(input: nnlua.Tensor, weight: nnlua.Tensor, options: {bias?: nnlua.Tensor}): nnlua.Tensor
function nn.linear(input, weight, bias) end

---The matrix, or each of a batch of matrices, with zeros above diagonal number `diagonal`: 0 is the main one, 1 the one above it.
---@param input nnlua.Tensor
---@param diagonal? integer
---@return nnlua.Tensor
---@overload fun(input: nnlua.Tensor, options: {diagonal?: integer}): nnlua.Tensor
function nn.tril(input, diagonal) end

---The matrix, or each of a batch of matrices, with zeros below diagonal number `diagonal`: 0 is the main one, 1 the one above it.
---@param input nnlua.Tensor
---@param diagonal? integer
---@return nnlua.Tensor
---@overload fun(input: nnlua.Tensor, options: {diagonal?: integer}): nnlua.Tensor
function nn.triu(input, diagonal) end

---From one dimension, the matrix with input on diagonal number `diagonal`; from a matrix, a copy of that diagonal.
---@param input nnlua.Tensor
---@param diagonal? integer
---@return nnlua.Tensor
---@overload fun(input: nnlua.Tensor, options: {diagonal?: integer}): nnlua.Tensor
function nn.diag(input, diagonal) end

---The sum of a matrix's diagonal.
---@param input nnlua.Tensor
---@return nnlua.Tensor
function nn.trace(input) end

---max(0, input); NaN stays NaN.
---@param input nnlua.Tensor
---@return nnlua.Tensor
function nn.relu(input) end

---input where it is above 0, else negative_slope * input.
---@param input nnlua.Tensor
---@param negative_slope? number
---@return nnlua.Tensor
---@overload fun(input: nnlua.Tensor, options: {negative_slope?: number}): nnlua.Tensor
function nn.leaky_relu(input, negative_slope) end

---input where it is above 0, else alpha * (exp(input) - 1) (Clevert et al. 2015).
---@param input nnlua.Tensor
---@param alpha? number
---@return nnlua.Tensor
---@overload fun(input: nnlua.Tensor, options: {alpha?: number}): nnlua.Tensor
function nn.elu(input, alpha) end

---input * Phi(input), Phi being the normal distribution function, or its approximation by tanh (Hendrycks and Gimpel 2016).
---
---`approximate` is one of none, tanh.
---@param input nnlua.Tensor
---@param approximate? "none"|"tanh"
---@return nnlua.Tensor
---@overload fun(input: nnlua.Tensor, options: {approximate?: "none"|"tanh"}): nnlua.Tensor
function nn.gelu(input, approximate) end

---input * sigmoid(input) (Elfwing et al. 2017).
---@param input nnlua.Tensor
---@return nnlua.Tensor
function nn.silu(input) end

---1 / (1 + exp(-input)).
---@param input nnlua.Tensor
---@return nnlua.Tensor
function nn.sigmoid(input) end

---log(sigmoid(input)), without overflow.
---@param input nnlua.Tensor
---@return nnlua.Tensor
function nn.logsigmoid(input) end

---log(1 + exp(beta * input)) / beta; input itself where beta * input is above threshold.
---@param input nnlua.Tensor
---@param beta? number
---@param threshold? number
---@return nnlua.Tensor
---@overload fun(input: nnlua.Tensor, options: {beta?: number, threshold?: number}): nnlua.Tensor
function nn.softplus(input, beta, threshold) end

---exp(input) / sum(exp(input)) along a dimension: numbers between 0 and 1 that add up to 1.
---@param input nnlua.Tensor
---@param dim integer
---@param dtype? "float32"|"float64"|"int64"|"bool"
---@return nnlua.Tensor
---@overload fun(input: nnlua.Tensor, dim: integer, options: {dtype?: "float32"|"float64"|"int64"|"bool"}): nnlua.Tensor
function nn.softmax(input, dim, dtype) end

---The logarithm of softmax along a dimension, computed without losing what softmax would round to 0.
---@param input nnlua.Tensor
---@param dim integer
---@param dtype? "float32"|"float64"|"int64"|"bool"
---@return nnlua.Tensor
---@overload fun(input: nnlua.Tensor, dim: integer, options: {dtype?: "float32"|"float64"|"int64"|"bool"}): nnlua.Tensor
function nn.log_softmax(input, dim, dtype) end

---Each element is 0 with probability p, else input / (1 - p) (Srivastava et al. 2014); input itself where training is false.
---
---Draws from the default generator, or the one given.
---@param input nnlua.Tensor
---@param p? number
---@param training? boolean
---@param generator? nnlua.Generator
---@return nnlua.Tensor
---@overload fun(input: nnlua.Tensor, options: {p?: number, training?: boolean, generator?: nnlua.Generator}): nnlua.Tensor
function nn.dropout(input, p, training, generator) end

---(input - mean) / sqrt(var + eps) * weight + bias, the mean and variance being those of the last dimensions, whose sizes are normalized_shape (Ba et al. 2016).
---@param input nnlua.Tensor
---@param normalized_shape integer|integer[]
---@param weight? nnlua.Tensor
---@param bias? nnlua.Tensor
---@param eps? number
---@return nnlua.Tensor
---@overload fun(input: nnlua.Tensor, normalized_shape: integer|integer[], options: {weight?: nnlua.Tensor, bias?: nnlua.Tensor, eps?: number}): nnlua.Tensor
function nn.layer_norm(input, normalized_shape, weight, bias, eps) end

---(input - mean) / sqrt(var + eps) * weight + bias for each channel, the second dimension. In training, mean and variance are the batch's, and the running ones move towards them by momentum; otherwise they are the running ones (Ioffe and Szegedy 2015).
---@param input nnlua.Tensor
---@param running_mean? nnlua.Tensor
---@param running_var? nnlua.Tensor
---@param weight? nnlua.Tensor
---@param bias? nnlua.Tensor
---@param training? boolean
---@param momentum? number
---@param eps? number
---@return nnlua.Tensor
---@overload fun(input: nnlua.Tensor, options: {running_mean?: nnlua.Tensor, running_var?: nnlua.Tensor, weight?: nnlua.Tensor, bias?: nnlua.Tensor, training?: boolean, momentum?: number, eps?: number}): nnlua.Tensor
function nn.batch_norm(input, running_mean, running_var, weight, bias, training, momentum, eps) end

---The squared error, (input - target)^2, of numbers and targets in one shape.
---
---`reduction` says whether the result is the mean, the sum, or each loss by itself.
---@param input nnlua.Tensor
---@param target nnlua.Tensor
---@param reduction? "mean"|"sum"|"none"
---@return nnlua.Tensor
---@overload fun(input: nnlua.Tensor, target: nnlua.Tensor, options: {reduction?: "mean"|"sum"|"none"}): nnlua.Tensor
function nn.mse_loss(input, target, reduction) end

---The absolute error, |input - target|, of numbers and targets in one shape.
---
---`reduction` says whether the result is the mean, the sum, or each loss by itself.
---@param input nnlua.Tensor
---@param target nnlua.Tensor
---@param reduction? "mean"|"sum"|"none"
---@return nnlua.Tensor
---@overload fun(input: nnlua.Tensor, target: nnlua.Tensor, options: {reduction?: "mean"|"sum"|"none"}): nnlua.Tensor
function nn.l1_loss(input, target, reduction) end

---The absolute error, rounded off near 0: with d = |input - target|, d^2 / (2 beta) where d is below beta, else d - beta / 2 (Girshick 2015).
---
---`reduction` says whether the result is the mean, the sum, or each loss by itself.
---@param input nnlua.Tensor
---@param target nnlua.Tensor
---@param reduction? "mean"|"sum"|"none"
---@param beta? number
---@return nnlua.Tensor
---@overload fun(input: nnlua.Tensor, target: nnlua.Tensor, options: {reduction?: "mean"|"sum"|"none", beta?: number}): nnlua.Tensor
function nn.smooth_l1_loss(input, target, reduction, beta) end

---The squared error near 0, the absolute one farther off: with d = |input - target|, d^2 / 2 where d is below delta, else delta * (d - delta / 2) (Huber 1964).
---
---`reduction` says whether the result is the mean, the sum, or each loss by itself.
---@param input nnlua.Tensor
---@param target nnlua.Tensor
---@param reduction? "mean"|"sum"|"none"
---@param delta? number
---@return nnlua.Tensor
---@overload fun(input: nnlua.Tensor, target: nnlua.Tensor, options: {reduction?: "mean"|"sum"|"none", delta?: number}): nnlua.Tensor
function nn.huber_loss(input, target, reduction, delta) end

---The cross-entropy of scores and classes: -log(softmax(input)[class]) for each row of input (n, classes) and its class in target (n), int64 and counting from 1; the target may also be probabilities in the input's shape. weight has a factor for each class; a target of ignore_index does not count; label_smoothing gives that share of each target to all classes alike (Szegedy et al. 2016).
---
---`reduction` says whether the result is the mean, the sum, or each loss by itself.
---@param input nnlua.Tensor
---@param target nnlua.Tensor
---@param reduction? "mean"|"sum"|"none"
---@param weight? nnlua.Tensor
---@param ignore_index? integer
---@param label_smoothing? number
---@return nnlua.Tensor
---@overload fun(input: nnlua.Tensor, target: nnlua.Tensor, options: {reduction?: "mean"|"sum"|"none", weight?: nnlua.Tensor, ignore_index?: integer, label_smoothing?: number}): nnlua.Tensor
function nn.cross_entropy(input, target, reduction, weight, ignore_index, label_smoothing) end

---The negative log-likelihood: -input[class] for each row of log-probabilities (n, classes) and its class in target (n), counting from 1. weight has a factor for each class; a target of ignore_index does not count.
---
---`reduction` says whether the result is the mean, the sum, or each loss by itself.
---@param input nnlua.Tensor
---@param target nnlua.Tensor
---@param reduction? "mean"|"sum"|"none"
---@param weight? nnlua.Tensor
---@param ignore_index? integer
---@return nnlua.Tensor
---@overload fun(input: nnlua.Tensor, target: nnlua.Tensor, options: {reduction?: "mean"|"sum"|"none", weight?: nnlua.Tensor, ignore_index?: integer}): nnlua.Tensor
function nn.nll_loss(input, target, reduction, weight, ignore_index) end

---The cross-entropy of probabilities from 0 to 1: -(target log(input) + (1 - target) log(1 - input)), in one shape. Logarithms below -100 count as -100.
---
---`reduction` says whether the result is the mean, the sum, or each loss by itself.
---@param input nnlua.Tensor
---@param target nnlua.Tensor
---@param reduction? "mean"|"sum"|"none"
---@param weight? nnlua.Tensor
---@return nnlua.Tensor
---@overload fun(input: nnlua.Tensor, target: nnlua.Tensor, options: {reduction?: "mean"|"sum"|"none", weight?: nnlua.Tensor}): nnlua.Tensor
function nn.binary_cross_entropy(input, target, reduction, weight) end

---binary_cross_entropy of sigmoid(input), computed without overflow. pos_weight multiplies the part of the positive targets.
---
---`reduction` says whether the result is the mean, the sum, or each loss by itself.
---@param input nnlua.Tensor
---@param target nnlua.Tensor
---@param reduction? "mean"|"sum"|"none"
---@param weight? nnlua.Tensor
---@param pos_weight? nnlua.Tensor
---@return nnlua.Tensor
---@overload fun(input: nnlua.Tensor, target: nnlua.Tensor, options: {reduction?: "mean"|"sum"|"none", weight?: nnlua.Tensor, pos_weight?: nnlua.Tensor}): nnlua.Tensor
function nn.binary_cross_entropy_with_logits(input, target, reduction, weight, pos_weight) end

---The Kullback-Leibler divergence of target from exp(input): target (log(target) - input), for log-probabilities input. With log_target, target holds logarithms too.
---
---`reduction` says whether the result is the mean, the sum, or each loss by itself.
---@param input nnlua.Tensor
---@param target nnlua.Tensor
---@param reduction? "mean"|"sum"|"none"|"batchmean"
---@param log_target? boolean
---@return nnlua.Tensor
---@overload fun(input: nnlua.Tensor, target: nnlua.Tensor, options: {reduction?: "mean"|"sum"|"none"|"batchmean", log_target?: boolean}): nnlua.Tensor
function nn.kl_div(input, target, reduction, log_target) end

---input weight^T + bias: (…, in_features) gives (…, out_features). weight is (out_features, in_features); both start uniform, within 1 / sqrt(in_features) of 0.
---@param in_features integer
---@param out_features integer
---@param bias? boolean
---@return nnlua.Module
---@overload fun(in_features: integer, out_features: integer, options: {bias?: boolean}): nnlua.Module
function nn.Linear(in_features, out_features, bias) end

---input1^T W input2 + bias, for each output: (…, in1_features) and (…, in2_features) give (…, out_features).
---@param in1_features integer
---@param in2_features integer
---@param out_features integer
---@param bias? boolean
---@return nnlua.Module
---@overload fun(in1_features: integer, in2_features: integer, out_features: integer, options: {bias?: boolean}): nnlua.Module
function nn.Bilinear(in1_features, in2_features, out_features, bias) end

---A table of num_embeddings rows, looked up by index: an int64 tensor of any shape gives that shape x embedding_dim. Rows start normal; row padding_idx starts at 0 and stays.
---@param num_embeddings integer
---@param embedding_dim integer
---@param padding_idx? integer
---@return nnlua.Module
---@overload fun(num_embeddings: integer, embedding_dim: integer, options: {padding_idx?: integer}): nnlua.Module
function nn.Embedding(num_embeddings, embedding_dim, padding_idx) end

---Layers one after the other, each taking the result of the one before.
---
---`#model` is the number of layers, `model[i]` the i-th of them, `model:append(layer)` adds one. A
---list of layers serves too: `nn.Sequential{a, b}`.
---@param ... nnlua.Module
---@return nnlua.Module
function nn.Sequential(...) end

---max(0, input), element by element.
---@return nnlua.Module
function nn.ReLU() end

---input where it is above 0, else negative_slope * input (Maas et al. 2013).
---@param negative_slope? number
---@return nnlua.Module
---@overload fun(options: {negative_slope?: number}): nnlua.Module
function nn.LeakyReLU(negative_slope) end

---input where it is above 0, else alpha * (exp(input) - 1) (Clevert et al. 2015).
---@param alpha? number
---@return nnlua.Module
---@overload fun(options: {alpha?: number}): nnlua.Module
function nn.ELU(alpha) end

---input * Phi(input), Phi being the normal distribution function, or its approximation by tanh (Hendrycks and Gimpel 2016).
---
---`approximate` is one of none, tanh.
---@param approximate? "none"|"tanh"
---@return nnlua.Module
---@overload fun(options: {approximate?: "none"|"tanh"}): nnlua.Module
function nn.GELU(approximate) end

---input * sigmoid(input) (Elfwing et al. 2017).
---@return nnlua.Module
function nn.SiLU() end

---1 / (1 + exp(-input)), from 0 to 1.
---@return nnlua.Module
function nn.Sigmoid() end

---The hyperbolic tangent, from -1 to 1.
---@return nnlua.Module
function nn.Tanh() end

---log(1 + exp(beta * input)) / beta, a smooth relu; input itself where beta * input is above threshold.
---@param beta? number
---@param threshold? number
---@return nnlua.Module
---@overload fun(options: {beta?: number, threshold?: number}): nnlua.Module
function nn.Softplus(beta, threshold) end

---exp(input) over its sum along dim: positive numbers whose sum is 1.
---@param dim integer
---@return nnlua.Module
function nn.Softmax(dim) end

---The logarithm of softmax along dim, computed without losing what softmax would round to 0.
---@param dim integer
---@return nnlua.Module
function nn.LogSoftmax(dim) end

---In training, each element is 0 with probability p, else input / (1 - p); in evaluation, input itself (Srivastava et al. 2014).
---@param p? number
---@return nnlua.Module
---@overload fun(options: {p?: number}): nnlua.Module
function nn.Dropout(p) end

---(input - mean) / sqrt(var + eps) * weight + bias for each feature, the second of 2 or 3 dimensions; the mean and variance are the batch's in training, else running ones, which move towards each batch's by momentum, or with momentum=false are the means over all batches.
---@param num_features integer
---@param eps? number
---@param momentum? number
---@param affine? boolean
---@param track_running_stats? boolean
---@return nnlua.Module
---@overload fun(num_features: integer, options: {eps?: number, momentum?: number, affine?: boolean, track_running_stats?: boolean}): nnlua.Module
function nn.BatchNorm1d(num_features, eps, momentum, affine, track_running_stats) end

---(input - mean) / sqrt(var + eps) * weight + bias, the mean and variance being those of the last dimensions, whose sizes are normalized_shape (Ba et al. 2016).
---@param normalized_shape integer|integer[]
---@param eps? number
---@param elementwise_affine? boolean
---@return nnlua.Module
---@overload fun(normalized_shape: integer|integer[], options: {eps?: number, elementwise_affine?: boolean}): nnlua.Module
function nn.LayerNorm(normalized_shape, eps, elementwise_affine) end

---The dimensions from start_dim (the second, unless given) to end_dim (the last) as one.
---@param start_dim? integer
---@param end_dim? integer
---@return nnlua.Module
---@overload fun(options: {start_dim?: integer, end_dim?: integer}): nnlua.Module
function nn.Flatten(start_dim, end_dim) end

---The input itself.
---@return nnlua.Module
function nn.Identity() end

---The squared error, (input - target)^2.
---
---`reduction` says whether the result is the mean, the sum, or each loss by itself.
---@param reduction? "mean"|"sum"|"none"
---@return nnlua.Module
---@overload fun(options: {reduction?: "mean"|"sum"|"none"}): nnlua.Module
function nn.MSELoss(reduction) end

---The cross-entropy of scores (n, classes) and classes (n): -log(softmax(input)[class]). The classes are int64 and count from 1; probabilities (n, classes) serve too.
---
---`reduction` says whether the result is the mean, the sum, or each loss by itself.
---@param weight? nnlua.Tensor
---@param ignore_index? integer
---@param reduction? "mean"|"sum"|"none"
---@param label_smoothing? number
---@return nnlua.Module
---@overload fun(options: {weight?: nnlua.Tensor, ignore_index?: integer, reduction?: "mean"|"sum"|"none", label_smoothing?: number}): nnlua.Module
function nn.CrossEntropyLoss(weight, ignore_index, reduction, label_smoothing) end

---The negative log-likelihood of log-probabilities (n, classes) and classes (n): -input[class]. Classes count from 1.
---
---`reduction` says whether the result is the mean, the sum, or each loss by itself.
---@param weight? nnlua.Tensor
---@param ignore_index? integer
---@param reduction? "mean"|"sum"|"none"
---@return nnlua.Module
---@overload fun(options: {weight?: nnlua.Tensor, ignore_index?: integer, reduction?: "mean"|"sum"|"none"}): nnlua.Module
function nn.NLLLoss(weight, ignore_index, reduction) end

---The cross-entropy of probabilities: -(target log(input) + (1 - target) log(1 - input)).
---
---`reduction` says whether the result is the mean, the sum, or each loss by itself.
---@param weight? nnlua.Tensor
---@param reduction? "mean"|"sum"|"none"
---@return nnlua.Module
---@overload fun(options: {weight?: nnlua.Tensor, reduction?: "mean"|"sum"|"none"}): nnlua.Module
function nn.BCELoss(weight, reduction) end

---BCELoss of sigmoid(input), computed without overflow.
---
---`reduction` says whether the result is the mean, the sum, or each loss by itself.
---@param weight? nnlua.Tensor
---@param reduction? "mean"|"sum"|"none"
---@param pos_weight? nnlua.Tensor
---@return nnlua.Module
---@overload fun(options: {weight?: nnlua.Tensor, reduction?: "mean"|"sum"|"none", pos_weight?: nnlua.Tensor}): nnlua.Module
function nn.BCEWithLogitsLoss(weight, reduction, pos_weight) end

---The absolute error, |input - target|.
---
---`reduction` says whether the result is the mean, the sum, or each loss by itself.
---@param reduction? "mean"|"sum"|"none"
---@return nnlua.Module
---@overload fun(options: {reduction?: "mean"|"sum"|"none"}): nnlua.Module
function nn.L1Loss(reduction) end

---The absolute error, rounded off near 0: with d = |input - target|, d^2 / (2 beta) where d is below beta, else d - beta / 2 (Girshick 2015).
---
---`reduction` says whether the result is the mean, the sum, or each loss by itself.
---@param reduction? "mean"|"sum"|"none"
---@param beta? number
---@return nnlua.Module
---@overload fun(options: {reduction?: "mean"|"sum"|"none", beta?: number}): nnlua.Module
function nn.SmoothL1Loss(reduction, beta) end

---The squared error near 0, the absolute one farther off: with d = |input - target|, d^2 / 2 where d is below delta, else delta * (d - delta / 2) (Huber 1964).
---
---`reduction` says whether the result is the mean, the sum, or each loss by itself.
---@param reduction? "mean"|"sum"|"none"
---@param delta? number
---@return nnlua.Module
---@overload fun(options: {reduction?: "mean"|"sum"|"none", delta?: number}): nnlua.Module
function nn.HuberLoss(reduction, delta) end

---The Kullback-Leibler divergence: target (log(target) - input), for log-probabilities in input; with log_target, in target too. "batchmean" divides by the rows, as its definition has it.
---
---`reduction` says whether the result is the mean, the sum, or each loss by itself.
---@param reduction? "mean"|"sum"|"none"|"batchmean"
---@param log_target? boolean
---@return nnlua.Module
---@overload fun(options: {reduction?: "mean"|"sum"|"none"|"batchmean", log_target?: boolean}): nnlua.Module
function nn.KLDivLoss(reduction, log_target) end

---A class of modules. A call of the class makes an object and hands the arguments to its `init`; a
---call of the object goes to its `forward`. Modules and parameters that `init` assigns to fields of
---`self` are registered in that order. There is no super call to forget.
---@param name string
---@param base? nnlua.Class
---@return nnlua.Class
function nn.class(name, base) end

---Modules by number, registered with whoever holds the list. `list[i]` is the i-th, `#list` their
---number, `list:append(module)` adds one.
---@param list? nnlua.Module[]
---@return nnlua.Module
function nn.ModuleList(list) end

---A leaf on the elements of a tensor that requires gradients and that modules register.
---@param data nnlua.Tensor
---@param requires_grad? boolean
---@return nnlua.Tensor
function nn.Parameter(data, requires_grad) end

---Whether a value is a module.
---@param value any
---@return boolean
function nn.is_module(value) end

---@class nnlua.init
nn.init = {}

---Uniform numbers from a to b.
---@param tensor nnlua.Tensor
---@param a? number
---@param b? number
---@return nnlua.Tensor
---@overload fun(tensor: nnlua.Tensor, options: {a?: number, b?: number}): nnlua.Tensor
function nn.init.uniform_(tensor, a, b) end

---Normal numbers.
---@param tensor nnlua.Tensor
---@param mean? number
---@param std? number
---@return nnlua.Tensor
---@overload fun(tensor: nnlua.Tensor, options: {mean?: number, std?: number}): nnlua.Tensor
function nn.init.normal_(tensor, mean, std) end

---One value.
---@param tensor nnlua.Tensor
---@param val number
---@return nnlua.Tensor
function nn.init.constant_(tensor, val) end

---Zeros.
---@param tensor nnlua.Tensor
---@return nnlua.Tensor
function nn.init.zeros_(tensor) end

---Ones.
---@param tensor nnlua.Tensor
---@return nnlua.Tensor
function nn.init.ones_(tensor) end

---The identity matrix.
---@param tensor nnlua.Tensor
---@return nnlua.Tensor
function nn.init.eye_(tensor) end

---Uniform numbers from -b to b, b = gain sqrt(6 / (fan_in + fan_out)), which keeps the spread of
---signals and gradients even (Glorot and Bengio 2010).
---@param tensor nnlua.Tensor
---@param gain? number
---@return nnlua.Tensor
---@overload fun(tensor: nnlua.Tensor, options: {gain?: number}): nnlua.Tensor
function nn.init.xavier_uniform_(tensor, gain) end

---Normal numbers of standard deviation gain sqrt(2 / (fan_in + fan_out)) (Glorot and Bengio 2010).
---@param tensor nnlua.Tensor
---@param gain? number
---@return nnlua.Tensor
---@overload fun(tensor: nnlua.Tensor, options: {gain?: number}): nnlua.Tensor
function nn.init.xavier_normal_(tensor, gain) end

---Uniform numbers from -b to b, b = gain sqrt(3 / fan), which keeps the spread of signals before a
---relu even (He et al. 2015). a is the slope of a leaky relu below 0. What `nn.Linear` starts with is
---this with a = sqrt(5).
---@param tensor nnlua.Tensor
---@param a? number
---@param mode? "fan_in"|"fan_out"
---@param options? {nonlinearity?: string}
---@return nnlua.Tensor
function nn.init.kaiming_uniform_(tensor, a, mode, options) end

---Normal numbers of standard deviation gain / sqrt(fan) (He et al. 2015).
---@param tensor nnlua.Tensor
---@param a? number
---@param mode? "fan_in"|"fan_out"
---@param options? {nonlinearity?: string}
---@return nnlua.Tensor
function nn.init.kaiming_normal_(tensor, a, mode, options) end

---A random matrix with orthonormal rows or columns, whichever are fewer (Saxe et al. 2013).
---@param tensor nnlua.Tensor
---@param gain? number
---@return nnlua.Tensor
---@overload fun(tensor: nnlua.Tensor, options: {gain?: number}): nnlua.Tensor
function nn.init.orthogonal_(tensor, gain) end

---What a nonlinearity does to the spread of its input, for the weights before it to make up for.
---@param nonlinearity "linear"|"sigmoid"|"tanh"|"relu"|"leaky_relu"|"selu"
---@param param? number
---@return number
---@overload fun(nonlinearity: "linear"|"sigmoid"|"tanh"|"relu"|"leaky_relu"|"selu", options: {param?: number}): number
function nn.init.calculate_gain(nonlinearity, param) end

---@class nnlua.optim
nn.optim = {}

---Stochastic gradient descent, with momentum. p = p - lr g; with momentum, p = p - lr b, where b = momentum b + (1 - dampening) g (Sutskever et al. 2013).
---@param params nnlua.Tensor[]|table[]
---@param lr? number
---@param momentum? number
---@param dampening? number
---@param weight_decay? number
---@param nesterov? boolean
---@param maximize? boolean
---@return nnlua.Optimizer
---@overload fun(params: nnlua.Tensor[]|table[], options: {lr?: number, momentum?: number, dampening?: number, weight_decay?: number, nesterov?: boolean, maximize?: boolean}): nnlua.Optimizer
function nn.optim.SGD(params, lr, momentum, dampening, weight_decay, nesterov, maximize) end

---Steps by running means of the gradient and its square. p = p - lr m / (sqrt(v) + eps), where m and v are running means of g and g^2, by beta1 and beta2, corrected for their start at 0 (Kingma and Ba 2014); amsgrad takes the largest v so far (Reddi et al. 2018).
---
---`betas = {beta1, beta2}` may be given instead of `beta1` and `beta2`.
---@param params nnlua.Tensor[]|table[]
---@param lr? number
---@param beta1? number
---@param beta2? number
---@param eps? number
---@param weight_decay? number
---@param amsgrad? boolean
---@param maximize? boolean
---@return nnlua.Optimizer
---@overload fun(params: nnlua.Tensor[]|table[], options: {lr?: number, beta1?: number, beta2?: number, eps?: number, weight_decay?: number, amsgrad?: boolean, maximize?: boolean}): nnlua.Optimizer
function nn.optim.Adam(params, lr, beta1, beta2, eps, weight_decay, amsgrad, maximize) end

---Adam with a weight decay apart from the gradient: p = (1 - lr weight_decay) p at each step (Loshchilov and Hutter 2017).
---
---`betas = {beta1, beta2}` may be given instead of `beta1` and `beta2`.
---@param params nnlua.Tensor[]|table[]
---@param lr? number
---@param beta1? number
---@param beta2? number
---@param eps? number
---@param weight_decay? number
---@param amsgrad? boolean
---@param maximize? boolean
---@return nnlua.Optimizer
---@overload fun(params: nnlua.Tensor[]|table[], options: {lr?: number, beta1?: number, beta2?: number, eps?: number, weight_decay?: number, amsgrad?: boolean, maximize?: boolean}): nnlua.Optimizer
function nn.optim.AdamW(params, lr, beta1, beta2, eps, weight_decay, amsgrad, maximize) end

---Steps over the root of a running mean of squared gradients. p = p - lr g / (sqrt(v) + eps), where v = alpha v + (1 - alpha) g^2 (Tieleman and Hinton 2012); centered, v less the square of the mean gradient (Graves 2013).
---@param params nnlua.Tensor[]|table[]
---@param lr? number
---@param alpha? number
---@param eps? number
---@param weight_decay? number
---@param momentum? number
---@param centered? boolean
---@return nnlua.Optimizer
---@overload fun(params: nnlua.Tensor[]|table[], options: {lr?: number, alpha?: number, eps?: number, weight_decay?: number, momentum?: number, centered?: boolean}): nnlua.Optimizer
function nn.optim.RMSprop(params, lr, alpha, eps, weight_decay, momentum, centered) end

---Steps over the root of the sum of all squared gradients. p = p - lr g / (sqrt(s) + eps), where s is the sum of all g^2 so far (Duchi et al. 2011).
---@param params nnlua.Tensor[]|table[]
---@param lr? number
---@param lr_decay? number
---@param weight_decay? number
---@param initial_accumulator_value? number
---@param eps? number
---@return nnlua.Optimizer
---@overload fun(params: nnlua.Tensor[]|table[], options: {lr?: number, lr_decay?: number, weight_decay?: number, initial_accumulator_value?: number, eps?: number}): nnlua.Optimizer
function nn.optim.Adagrad(params, lr, lr_decay, weight_decay, initial_accumulator_value, eps) end

---@class nnlua.optim.lr_scheduler
nn.optim.lr_scheduler = {}

---Multiplies the rate by gamma every step_size epochs.
---@param optimizer nnlua.Optimizer
---@param step_size integer
---@param gamma? number
---@return nnlua.Scheduler
---@overload fun(optimizer: nnlua.Optimizer, step_size: integer, options: {gamma?: number}): nnlua.Scheduler
function nn.optim.lr_scheduler.StepLR(optimizer, step_size, gamma) end

---Multiplies the rate by gamma at each of the epochs in milestones, counted from 0.
---@param optimizer nnlua.Optimizer
---@param milestones integer[]
---@param gamma? number
---@return nnlua.Scheduler
---@overload fun(optimizer: nnlua.Optimizer, milestones: integer[], options: {gamma?: number}): nnlua.Scheduler
function nn.optim.lr_scheduler.MultiStepLR(optimizer, milestones, gamma) end

---Multiplies the rate by gamma every epoch.
---@param optimizer nnlua.Optimizer
---@param gamma number
---@return nnlua.Scheduler
function nn.optim.lr_scheduler.ExponentialLR(optimizer, gamma) end

---The first rate times lr_lambda(epoch), epochs counting from 0; a list has a function for each group.
---@param optimizer nnlua.Optimizer
---@param lr_lambda function|function[]
---@return nnlua.Scheduler
function nn.optim.lr_scheduler.LambdaLR(optimizer, lr_lambda) end

---Half a cosine wave from the first rate to eta_min in T_max epochs (Loshchilov and Hutter 2016,
---without restarts).
---@param optimizer nnlua.Optimizer
---@param T_max integer
---@param eta_min? number
---@return nnlua.Scheduler
---@overload fun(optimizer: nnlua.Optimizer, T_max: integer, options: {eta_min?: number}): nnlua.Scheduler
function nn.optim.lr_scheduler.CosineAnnealingLR(optimizer, T_max, eta_min) end

---One rise to max_lr in pct_start of the steps, and one fall, while the momentum does the opposite
---(Smith and Topin 2017). Called after every batch; total_steps is given, or follows from epochs and
---steps_per_epoch.
---@param optimizer nnlua.Optimizer
---@param max_lr number|number[]
---@param total_steps? integer
---@param epochs? integer
---@param steps_per_epoch? integer
---@param pct_start? number
---@param anneal_strategy? "cos"|"linear"
---@param cycle_momentum? boolean
---@param base_momentum? number
---@param max_momentum? number
---@param div_factor? number
---@param final_div_factor? number
---@param three_phase? boolean
---@return nnlua.Scheduler
---@overload fun(optimizer: nnlua.Optimizer, max_lr: number|number[], options: {total_steps?: integer, epochs?: integer, steps_per_epoch?: integer, pct_start?: number, anneal_strategy?: "cos"|"linear", cycle_momentum?: boolean, base_momentum?: number, max_momentum?: number, div_factor?: number, final_div_factor?: number, three_phase?: boolean}): nnlua.Scheduler
function nn.optim.lr_scheduler.OneCycleLR(optimizer, max_lr, total_steps, epochs, steps_per_epoch, pct_start, anneal_strategy, cycle_momentum, base_momentum, max_momentum, div_factor, final_div_factor, three_phase) end

---Multiplies the rate by factor when the metric given to step() has not improved for more than
---`patience` epochs.
---@param optimizer nnlua.Optimizer
---@param mode? "min"|"max"
---@param factor? number
---@param patience? integer
---@param threshold? number
---@param threshold_mode? "rel"|"abs"
---@param cooldown? integer
---@param min_lr? number
---@param eps? number
---@return nnlua.Scheduler
---@overload fun(optimizer: nnlua.Optimizer, options: {mode?: "min"|"max", factor?: number, patience?: integer, threshold?: number, threshold_mode?: "rel"|"abs", cooldown?: integer, min_lr?: number, eps?: number}): nnlua.Scheduler
function nn.optim.lr_scheduler.ReduceLROnPlateau(optimizer, mode, factor, patience, threshold, threshold_mode, cooldown, min_lr, eps) end

---@class nnlua.utils
nn.utils = {}

---Scales all gradients by one factor so that their norm, taken together, is at most max_norm. Returns
---the norm before (Pascanu et al. 2012).
---@param parameters nnlua.Tensor|nnlua.Tensor[]
---@param max_norm number
---@param norm_type? number
---@return number
function nn.utils.clip_grad_norm_(parameters, max_norm, norm_type) end

---Clamps every element of every gradient to -clip_value … clip_value.
---@param parameters nnlua.Tensor|nnlua.Tensor[]
---@param clip_value number
function nn.utils.clip_grad_value_(parameters, clip_value) end

---A bar for a loop, on standard error. It counts to a number, or follows a list, a tensor's first
---dimension, or an iterator with all its values (`pairs(t)` goes in whole, too; `total` then says how
---many there will be). Behind the number, or index and element, a loop gets the bar itself. The bar
---tells `desc`, how much is done, the time so far and the time left, the rate, and the values
---given to `bar:set`. On a terminal it redraws itself, at most ten times a second, and `print` writes
---above it. Elsewhere it writes a line every ten seconds and one at the end; with `only_terminal`
---none. A finished bar stays, unless it stood inside another one; `leave` says otherwise. A loop that
---is left by `break` or an error ends the line. Where there is no source, or a bar is kept in a
---variable, `bar:update` counts and `bar:close` ends; `local bar <close> = …` ends by itself.
---@param source? integer|table|nnlua.Tensor|function
---@param options? {desc?: string, total?: number, unit?: string, leave?: boolean, disable?: boolean, only_terminal?: boolean}
---@return nnlua.Progress
function nn.progress(source, options) end

---A figure of curves through the points (x, y); without x, y is counted from 1. Several curves: y a
---list of lists or of vectors, or a matrix, whose columns they are; `labels` names them. The options
---may stand in one table with y: `nn.plot{losses, title = "loss"}`, or with x and y by name.
---
---`kind = "scatter"` draws points; a list has a kind for each curve, `kind = {"scatter", "line"}` for
---data and a fit. `kind = "hist"` counts the numbers in `bins` bins (chosen as NumPy's
---"auto" does; `nn.plot{hist = values}` for short). NaN leaves a gap; infinite values go to the edge;
---what a logarithmic axis has no place for is left out, and the figure says so. Of many points each
---column shows the extremes, so a spike stays visible.
---
---A figure is a value: it is shown by `print`, and by the REPL. `height` is its height there, in lines.
---@param y nnlua.Tensor|table
---@param options? {title?: string, xlabel?: string, ylabel?: string, labels?: string[], kind?: "line"|"scatter"|"hist"|string[], bins?: integer, logx?: boolean, logy?: boolean, xlim?: number[], ylim?: number[], height?: integer}
---@return nnlua.Figure
---@overload fun(x: nnlua.Tensor|table, y: nnlua.Tensor|table, options?: table): nnlua.Figure
function nn.plot(y, options) end

---A figure of a matrix, its numbers as colours from `vmin` to `vmax` (by default all it has), with a
---scale; or of an image of red, green and blue, of shape (3, rows, columns) or (rows, columns, 3), with
---numbers from 0 to 1, or to 255 for int64.
---@param input nnlua.Tensor|table
---@param options? {title?: string, xlabel?: string, ylabel?: string, cmap?: "viridis"|"gray", vmin?: number, vmax?: number, height?: integer}
---@return nnlua.Figure
function nn.imshow(input, options) end

---The layers of a model in the order in which they run on an input of a shape: the shapes of their
---outputs, parameters, and multiply-adds (of products with weights). Several inputs go in a list, and
---their dtypes as well; tensors will do as well as shapes. The model runs once, on ones, in evaluation
---mode and without gradients; its modes and the stream of random numbers are afterwards as before.
---
---The result has `rows`, each with path, kind, depth, shapes, parameters and multiply_adds, and in all
---parameters, trainable, multiply_adds, and, in bytes, input_size, output_size and parameter_size.
---@param model nnlua.Module
---@param inputs integer[]|integer[][]|nnlua.Tensor|nnlua.Tensor[]
---@param options? {dtype?: string|string[]}
---@return table
function nn.summary(model, inputs, options) end

---How a tensor was computed, in the language of Graphviz: a node for each operation, one for each leaf
---with its shape, and its name where `params`, a model or a table of tensors by name, knows it. In a
---shell, `dot -Tsvg graph.dot` makes a picture of it.
---@param t nnlua.Tensor
---@param options? {params?: nnlua.Module|table}
---@return string
function nn.graph(t, options) end

---Writes a state dict, a table of tensors by name, into a `.safetensors` file, or one tensor into a
---`.npy` file. Those of PyTorch and NumPy read them.
---@param path string
---@param value nnlua.Tensor|table<string, nnlua.Tensor>
function nn.save(path, value) end

---Reads a `.safetensors` file as a table of tensors by name, a `.npy` file as a tensor.
---@param path string
---@return nnlua.Tensor|table<string, nnlua.Tensor>
function nn.load(path) end

---A script's options: the defaults, with those replaced that the command line gives, as `--epochs 10`
---or `--epochs=10`. `batch_size` is written `--batch-size`; a boolean takes no value, `--verbose` or
---`--no-verbose`. `--help` prints them; an unknown one ends the script with exit code 2.
---@param defaults table
---@return table
function nn.options(defaults) end

---Prints the page on a name or topic, as `?query` does in the REPL.
---@param query string
function nn.help(query) end

---How many threads large operations may use. The results are the same at any number.
---@param n integer
function nn.set_num_threads(n) end

---How many threads large operations may use: at first the number of processors, or
---`OMP_NUM_THREADS`.
---@return integer
function nn.get_num_threads() end

---What the engine has allocated: the bytes alive, the most there have been, the bytes kept for reuse,
---the blocks alive, and the allocations so far.
---@return {live: integer, peak: integer, cached: integer, blocks: integer, calls: integer}
function nn.memory_stats() end

---Whether a file, by default standard output, is a terminal.
---@param file? file
---@return boolean
function nn.is_terminal(file) end

---The program nnlua has the module as a global.
_G.nn = nn

return nn
