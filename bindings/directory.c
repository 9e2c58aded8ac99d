/* nn._directory(path): the names in a folder, for completion. */
#include <dirent.h>
#include <string.h>
#include <sys/stat.h>

#include "nnlua.h"

/* The open folder is in a userdata, so that it is closed whatever is raised. */
static int close_folder(lua_State *L) {
  DIR **folder = lua_touserdata(L, 1);
  if (*folder) closedir(*folder);
  *folder = NULL;
  return 0;
}

static DIR **new_folder(lua_State *L) {
  DIR **folder = lua_newuserdatauv(L, sizeof(DIR *), 0);
  *folder = NULL;
  lua_createtable(L, 0, 1);
  lua_pushcfunction(L, close_folder);
  lua_setfield(L, -2, "__gc");
  lua_setmetatable(L, -2);
  return folder;
}

/* Pushes the name, with a slash behind that of a folder. */
static void push_name(lua_State *L, const char *path, const char *name) {
  struct stat status;
  const char *full = lua_pushfstring(L, "%s/%s", path, name);
  bool is_folder = stat(full, &status) == 0 && S_ISDIR(status.st_mode);
  lua_pop(L, 1);
  lua_pushfstring(L, is_folder ? "%s/" : "%s", name);
}

/* nil where there is no such folder. */
static int directory(lua_State *L) {
  const char *path = luaL_checkstring(L, 1);
  DIR **folder = new_folder(L);
  *folder = opendir(path);
  if (!*folder) return 0;
  lua_newtable(L);
  const struct dirent *entry;
  while ((entry = readdir(*folder))) {
    if (strcmp(entry->d_name, ".") == 0 || strcmp(entry->d_name, "..") == 0) continue;
    push_name(L, path, entry->d_name);
    lua_rawseti(L, -2, (lua_Integer)lua_rawlen(L, -2) + 1);
  }
  closedir(*folder);
  *folder = NULL;
  return 1;
}

void nnlua_open_directory(lua_State *L) {
  lua_pushcfunction(L, directory);
  lua_setfield(L, -2, "_directory");
}
