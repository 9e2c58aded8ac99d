-- Products called from C, against OpenBLAS called from C (gemm.c): sets of shapes that it knows.
-- Each gives a row a shape, or only their geometric mean.
return {
  {name = "float32, as the nets have them", set = "f32 nets", each = true},
  {name = "float32, in every transposition", set = "f32 forms"},
  {name = "float64, in every transposition", set = "f64 forms", slow = true},
}
