-- luacheck's settings: Lua 5.4, no globals beyond its own, except Busted's in the specs.
std = "lua54"
max_line_length = 100
exclude_files = {"build*", "types"} -- types are annotations on empty functions
include_files = {"**/*.lua", "tools/docs", "tools/coverage", "tools/examples", ".luacheckrc",
  ".busted"}

files["spec"] = {std = "+busted"}
files[".luacheckrc"] = {ignore = {"111", "112"}} -- settings are assigned as globals
