/* The graph behind a tensor as Lua tables, for nn.graph. */
#include "nnlua.h"

/* A walk over nodes and leaves, each numbered from 1 in the order in which it is met. The list of
 * results is at stack index LIST, the numbers by address at INDEX, the names of leaves by address
 * at NAMES. */
enum { LIST = 3, INDEX, NAMES };

/* Pushes the number of the object at this address; whether it is met for the first time. */
static bool push_number(lua_State *L, const void *address) {
  if (lua_rawgetp(L, INDEX, address) == LUA_TNUMBER) return false;
  lua_pop(L, 1);
  lua_pushinteger(L, (lua_Integer)lua_rawlen(L, LIST) + 1);
  lua_pushvalue(L, -1);
  lua_rawsetp(L, INDEX, address);
  return true;
}

/* Appends {leaf = t, name = what it is called} to the list. */
static void append_leaf(lua_State *L, nn_tensor *t) {
  lua_createtable(L, 0, 2);
  nnlua_push_tensor(L, t);
  lua_setfield(L, -2, "leaf");
  lua_rawgetp(L, NAMES, t);
  lua_setfield(L, -2, "name");
  lua_rawseti(L, LIST, (lua_Integer)lua_rawlen(L, LIST) + 1);
}

/* Appends {op = its name, node = its address}; its inputs follow when its turn comes. */
static void append_node(lua_State *L, const nn_node *node) {
  lua_createtable(L, 4, 2);
  lua_pushstring(L, nn_node_name(node));
  lua_setfield(L, -2, "op");
  lua_pushlightuserdata(L, (void *)node);
  lua_setfield(L, -2, "node");
  lua_rawseti(L, LIST, (lua_Integer)lua_rawlen(L, LIST) + 1);
}

/* Pushes the number of a node, or of a leaf where there is no node. */
static void push_number_of(lua_State *L, const nn_node *node, nn_tensor *leaf) {
  const void *address = node ? (const void *)node : leaf;
  if (!push_number(L, address)) return;
  if (node)
    append_node(L, node);
  else
    append_leaf(L, leaf);
}

/* Fills the array part of the node's table (at the top) with the numbers of its inputs. */
static void add_inputs(lua_State *L, const nn_node *node) {
  lua_Integer n = 0;
  for (int i = 0; i < nn_node_input_count(node); i++) {
    const nn_node *input = nn_node_input(node, i);
    nn_tensor *leaf = nn_node_leaf(node, i);
    if (!input && !leaf) continue;
    push_number_of(L, input, leaf);
    lua_rawseti(L, -2, ++n);
  }
}

/* Addresses of the tensors in the table at `index`, with their names. */
static void read_names(lua_State *L, int index) {
  for (lua_pushnil(L); lua_next(L, index); lua_pop(L, 1)) {
    nn_tensor *t = nnlua_check_tensor(L, -1, "graph", "a parameter");
    lua_pushvalue(L, -2);
    lua_rawsetp(L, NAMES, t);
  }
}

/* _graph(t, names): a list that starts with what computed t, of {op=, inputs…} and {leaf=, name=},
 * where inputs are numbers of other entries. */
static int graph(lua_State *L) {
  nn_tensor *root = nnlua_check_tensor(L, 1, "graph", "the tensor");
  luaL_checktype(L, 2, LUA_TTABLE);
  lua_settop(L, 2);
  for (int i = LIST; i <= NAMES; i++) lua_newtable(L);
  read_names(L, 2);
  push_number_of(L, nn_node_of(root), root);
  for (lua_Integer i = 1; i <= (lua_Integer)lua_rawlen(L, LIST); i++) {
    lua_settop(L, NAMES);
    lua_rawgeti(L, LIST, i);
    lua_getfield(L, -1, "node");
    const nn_node *node = lua_touserdata(L, -1);
    lua_pop(L, 1);
    if (node) add_inputs(L, node);
  }
  lua_settop(L, LIST);
  return 1;
}

void nnlua_open_graph(lua_State *L) {
  lua_pushcfunction(L, graph);
  lua_setfield(L, -2, "_graph");
}
