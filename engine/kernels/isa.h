/* Names for kernels: every file in this folder is compiled once per instruction set, with NN_ISA
 * being `v2`, `v3` or `v4` (the levels of x86-64) or `base` (any other machine). NN_KERNEL(add)
 * is then `nn__add_v3`, so that the variants live side by side in one portable binary. */
#ifndef NN_KERNELS_ISA_H
#define NN_KERNELS_ISA_H

#ifndef NN_ISA
#define NN_ISA base
#endif

#define NN_JOIN_(name, isa) nn__##name##_##isa
#define NN_JOIN(name, isa) NN_JOIN_(name, isa)
#define NN_KERNEL(name) NN_JOIN(name, NN_ISA)

#endif
