-- The rock: the module nnlua.so alone, with the Lua half inside. `make rock-test` tries it.
rockspec_format = "3.0"
package = "nnlua"
version = "0.1.0-1"
source = {
  url = "git+https://example.org/nnlua.git",
  tag = "v0.1.0",
}
description = {
  summary = "Deep learning for Lua on a small C engine",
  detailed = [[
    Tensors, automatic differentiation, layers and optimisers, with PyTorch's names and numbers and
    Lua's manners.
  ]],
  license = "MIT",
  labels = {"machine-learning", "numeric"},
}
supported_platforms = {"unix"}
dependencies = {"lua >= 5.4, < 5.5"}
external_dependencies = {
  BLIS = {library = "blis"}, -- Debian keeps blis.h in a folder that LuaRocks does not look into
  CJSON = {header = "cjson/cJSON.h", library = "cjson"},
}
build = {
  type = "cmake",
  variables = {
    CMAKE_INSTALL_PREFIX = "$(PREFIX)",
    LUA_INCLUDE_DIR = "$(LUA_INCDIR)",
    NNLUA_LUA_DIR = "$(LIBDIR)",
    NNLUA_MODULE_ONLY = "ON",
  },
  copy_directories = {"docs", "scripts"},
}
