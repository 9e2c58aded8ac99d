/* The Lua state of the program, whose memory knows which blocks are boxes of tensors: they need no
 * finalizers. In an interpreter that loads nnlua as a module, they have them. */
#ifndef NNLUA_POOL_H
#define NNLUA_POOL_H

#include "nnlua.h"

typedef struct nnlua_pool nnlua_pool;

/* As luaL_newstate and lua_close, with a pool. */
lua_State *nnlua_newstate(void);
void nnlua_close(lua_State *L);

/* The pool that L's memory comes from; NULL in other interpreters. */
nnlua_pool *nnlua_pool_of(lua_State *L);

/* Where the pool keeps what belongs to its Lua state: a registry would have to be searched. */
nnlua_state **nnlua_pool_state(nnlua_pool *pool);

/* Says that this userdata is the box of a tensor. */
void nnlua_mark_box(struct nnlua_box *box);

/* Releases the tensors whose boxes Lua has freed; those of all boxes. Not during a collection. */
void nnlua_release_dead(nnlua_pool *pool);
void nnlua_release_all(nnlua_pool *pool);

#endif
