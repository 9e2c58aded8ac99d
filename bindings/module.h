/* What the files on modules share. A module is a userdata around the engine's nn_module. Its user
 * value is a table of what Lua keeps on it: plain fields, the boxes of its children (so that a
 * child keeps its own fields as long as its parent lives), and for an object of a class made by
 * nn.class, the class. */
#ifndef NNLUA_MODULE_H
#define NNLUA_MODULE_H

#include "nnlua.h"

/* The class's key in the user value: its address. */
extern const char nnlua_class_key[1];

/* The module at `index`, or an error of the function `what`. */
nn_module *nnlua_check_module(lua_State *L, int index, const char *what);

/* Pushes the box of a module: the one it has, else a new one. */
void nnlua_push_module(lua_State *L, nn_module *m);

/* Keeps the child's box (at `child`) among the fields of the parent's (at `parent`). */
void nnlua_keep_box(lua_State *L, int parent, const char *name, int child);

void nnlua_open_constructors(lua_State *L);

#endif
