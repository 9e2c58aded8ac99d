/* The program `nnlua`: the standalone interpreter of Lua 5.4, option by option, in which the global
 * `nn` is there already and whose REPL prints tensors. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <lualib.h>

#include "nnlua.h"
#include "pool.h"
#include "program.h"

static const char usage[] =
    "usage: nnlua [options] [script [args]]\n"
    "\n"
    "Runs a Lua 5.4 script, in which the global nn is the deep-learning module. Without a script "
    "it\n"
    "starts a session on a terminal, and else runs what it reads.\n"
    "\n"
    "  -e chunk   run a piece of Lua\n"
    "  -l mod     require library 'mod' into global 'mod'\n"
    "  -l g=mod   require library 'mod' into global 'g'\n"
    "  -i         start a session after running the script\n"
    "  -v         show the version\n"
    "  -E         ignore LUA_INIT, LUA_PATH and LUA_CPATH\n"
    "  -W         turn warnings on\n"
    "  --         stop handling options\n"
    "  -          stop handling options and run standard input\n"
    "  --help     show this help and leave\n"
    "  --version  show the version and leave\n"
    "\n"
    "Environment:\n"
    "  LUA_INIT             code, or @file, to run first\n"
    "  LUA_PATH, LUA_CPATH  where modules are looked for\n"
    "  OMP_NUM_THREADS      how many threads to compute with\n"
    "  NNLUA_ISA            v2, v3 or v4: a lower instruction set than the processor's\n"
    "  XDG_STATE_HOME       the folder of nnlua/history (else ~/.local/state)\n"
    "  NO_COLOR             when set, no colours\n"
    "\n"
    "In a session, ?name explains a function and : lists the commands.\n";

/* What the command line asks for. */
typedef struct request {
  bool interactive, version, no_environment, execute, help, leave;
  int script;      /* index of the script's name in argv; argc where there is none */
  const char *bad; /* an option that does not exist or lacks its argument */
} request;

/* -- Protected calls ------------------------------------------------------------------------- */

static const char traceback_key;

/* Keeps the traceback beside the error's value, which may be a table that its user wants to see. */
static int keep_traceback(lua_State *L) {
  luaL_traceback(L, L, NULL, 1);
  lua_rawsetp(L, LUA_REGISTRYINDEX, &traceback_key);
  return 1;
}

static void forget_traceback(lua_State *L) {
  lua_pushliteral(L, "");
  lua_rawsetp(L, LUA_REGISTRYINDEX, &traceback_key);
}

void program_traceback(lua_State *L) { lua_rawgetp(L, LUA_REGISTRYINDEX, &traceback_key); }

int program_call(lua_State *L, int n, int results) {
  int base = lua_gettop(L) - n;
  forget_traceback(L);
  lua_pushcfunction(L, keep_traceback);
  lua_insert(L, base);
  interrupt_begin(L);
  int status = lua_pcall(L, n, results, base);
  interrupt_end(L, status != LUA_OK);
  lua_remove(L, base);
  return status;
}

/* -- Reports --------------------------------------------------------------------------------- */

/* Argument 1 is a message; returns the line of source that it speaks of, or nothing. */
static int excerpt(lua_State *L) {
  lua_getglobal(L, "require");
  lua_pushliteral(L, "nnlua.report");
  lua_call(L, 1, 1);
  lua_getfield(L, -1, "excerpt");
  lua_pushvalue(L, 1);
  lua_call(L, 1, 1);
  return 1;
}

/* For a person, not for a log. */
static void print_excerpt(lua_State *L, const char *message) {
  if (!isatty(STDERR_FILENO)) return;
  lua_pushcfunction(L, excerpt);
  lua_pushstring(L, message);
  if (lua_pcall(L, 1, 1, 0) == LUA_OK && lua_isstring(L, -1)) fputs(lua_tostring(L, -1), stderr);
  lua_pop(L, 1);
}

/* Replaces the error value on top of the stack by words; whether a traceback belongs to them. An
 * object that describes itself is shown without one. */
static bool describe_error(lua_State *L) {
  if (lua_isstring(L, -1)) return true;
  bool described = luaL_getmetafield(L, -1, "__tostring") != LUA_TNIL;
  if (described) {
    lua_pushvalue(L, -2);
    if (lua_pcall(L, 1, 1, 0) != LUA_OK || !lua_isstring(L, -1)) {
      lua_pop(L, 1);
      described = false;
    }
  }
  if (!described) lua_pushfstring(L, "(error object is a %s value)", luaL_typename(L, -1));
  lua_remove(L, -2);
  return !described;
}

void program_report(lua_State *L) {
  bool wants_traceback = describe_error(L);
  fflush(stdout);
  fprintf(stderr, "nnlua: %s\n", lua_tostring(L, -1));
  print_excerpt(L, lua_tostring(L, -1));
  program_traceback(L);
  const char *traceback = lua_tostring(L, -1);
  if (wants_traceback && traceback && traceback[0]) fprintf(stderr, "%s\n", traceback);
  fflush(stderr);
  lua_pop(L, 2);
  forget_traceback(L);
}

/* Reports a failure; whether there was none. */
static bool succeeded(lua_State *L, int status) {
  if (status != LUA_OK) program_report(L);
  return status == LUA_OK;
}

/* -- Running --------------------------------------------------------------------------------- */

static bool run_string(lua_State *L, const char *code, const char *name) {
  int status = luaL_loadbuffer(L, code, strlen(code), name);
  return succeeded(L, status == LUA_OK ? program_call(L, 0, 0) : status);
}

/* The file; standard input for NULL. */
static bool run_file(lua_State *L, const char *name) {
  int status = luaL_loadfile(L, name);
  return succeeded(L, status == LUA_OK ? program_call(L, 0, 0) : status);
}

/* "mod" or "global=mod". A version after a hyphen is no part of the global's name. */
static bool run_library(lua_State *L, const char *given) {
  const char *equals = strchr(given, '='), *module = equals ? equals + 1 : given;
  size_t length = equals ? (size_t)(equals - given) : strcspn(given, "-");
  lua_getglobal(L, "require");
  lua_pushstring(L, module);
  if (!succeeded(L, program_call(L, 1, 1))) return false;
  lua_pushlstring(L, given, length);
  lua_insert(L, -2);
  lua_pushglobaltable(L);
  lua_insert(L, -3);
  lua_settable(L, -3);
  lua_pop(L, 1);
  return true;
}

/* LUA_INIT_5_4 or else LUA_INIT: a chunk, or "@file". */
static bool run_environment(lua_State *L) {
  const char *name = "=LUA_INIT" LUA_VERSUFFIX, *code = getenv(name + 1);
  if (!code) code = getenv((name = "=LUA_INIT") + 1);
  if (!code) return true;
  return code[0] == '@' ? run_file(L, code + 1) : run_string(L, code, name);
}

/* Calls the script with the values of the table `arg`, which LUA_INIT or -e may have changed. */
static bool run_script(lua_State *L, char **name) {
  bool standard_input = strcmp(name[0], "-") == 0 && strcmp(name[-1], "--") != 0;
  int status = luaL_loadfile(L, standard_input ? NULL : name[0]);
  if (status != LUA_OK) return succeeded(L, status);
  if (lua_getglobal(L, "arg") != LUA_TTABLE) luaL_error(L, "'arg' is not a table");
  int table = lua_gettop(L), n = (int)luaL_len(L, table);
  luaL_checkstack(L, n + 3, "too many arguments to the script");
  for (int i = 1; i <= n; i++) lua_rawgeti(L, table, i);
  lua_remove(L, table);
  return succeeded(L, program_call(L, n, 0));
}

/* -- The command line ------------------------------------------------------------------------ */

static void scan_word(request *r, const char *option) {
  if (strcmp(option, "--help") == 0)
    r->help = r->leave = true;
  else if (strcmp(option, "--version") == 0)
    r->version = r->leave = true;
  else
    r->bad = option;
}

/* One option; returns whether it took the next argument too. */
static bool scan_option(request *r, const char *option, const char *next) {
  char letter = option[1];
  bool attached = option[2] != '\0';
  if (letter == '-')
    scan_word(r, option);
  else if (strchr("ivEW", letter) && attached)
    r->bad = option;
  else if (letter == 'i')
    r->interactive = r->version = true;
  else if (letter == 'v')
    r->version = true;
  else if (letter == 'E')
    r->no_environment = true;
  else if (letter == 'e' || letter == 'l') {
    r->execute |= letter == 'e';
    if (!attached && (!next || next[0] == '-')) r->bad = option;
    return !attached;
  } else if (letter != 'W')
    r->bad = option;
  return false;
}

static request scan(int argc, char **argv) {
  request r = {.script = argc};
  for (int i = 1; i < argc && !r.bad; i++) {
    if (argv[i][0] != '-' || argv[i][1] == '\0') {
      r.script = i;
      break;
    }
    if (strcmp(argv[i], "--") == 0) {
      r.script = i + 1;
      break;
    }
    if (scan_option(&r, argv[i], argv[i + 1])) i++;
  }
  return r;
}

static int refuse(const char *option) {
  const char *why = (option[1] == 'e' || option[1] == 'l') ? "needs an argument" : "is unknown";
  fprintf(stderr, "nnlua: option '%s' %s\n%s", option, why, usage);
  return EXIT_FAILURE;
}

/* Does what -e, -l and -W say, in their order. */
static bool run_options(lua_State *L, char **argv, int end) {
  for (int i = 1; i < end; i++) {
    char letter = argv[i][1];
    if (letter == 'W') lua_warning(L, "@on", 0);
    if (letter != 'e' && letter != 'l') continue;
    const char *given = argv[i][2] ? argv[i] + 2 : argv[++i];
    bool fine = letter == 'e' ? run_string(L, given, "=(command line)") : run_library(L, given);
    if (!fine) return false;
  }
  return true;
}

/* arg[0] is the script, or the program where there is none; what stood before has indices < 0. */
static void set_arg(lua_State *L, int argc, char **argv, int script) {
  int zero = script < argc ? script : 0;
  lua_createtable(L, argc - zero, zero + 1);
  for (int i = 0; i < argc; i++) {
    lua_pushstring(L, argv[i]);
    lua_rawseti(L, -2, i - zero);
  }
  lua_setglobal(L, "arg");
}

/* `require "nnlua"` finds the module in the program itself, and `nn` is there without it. */
static void open_nnlua(lua_State *L) {
  interrupt_open(L);
  luaL_getsubtable(L, LUA_REGISTRYINDEX, LUA_PRELOAD_TABLE);
  lua_pushcfunction(L, luaopen_nnlua);
  lua_setfield(L, -2, "nnlua");
  lua_pop(L, 1);
  lua_getglobal(L, "require");
  lua_pushliteral(L, "nnlua");
  lua_call(L, 1, 1);
  lua_setglobal(L, "nn");
}

void program_print_version(void) {
  nn_ctx *ctx;
  int threads = 1;
  if (nn_ctx_create(NULL, &ctx) == NN_OK) {
    threads = nn_get_num_threads(ctx);
    nn_ctx_destroy(ctx);
  }
  printf("nnlua " NN_VERSION " (" LUA_RELEASE "; %s; %d thread%s; %s)\n", nn_build_info(), threads,
         threads == 1 ? "" : "s", lineedit_name());
  fflush(stdout);
}

/* -- The program ----------------------------------------------------------------------------- */

/* Without anything to run: the REPL on a terminal, else the program on standard input. */
static bool run_input(lua_State *L, const request *r, bool has_script) {
  if (r->interactive)
    program_repl(L);
  else if (has_script || r->execute || r->version)
    return true;
  else if (isatty(STDIN_FILENO)) {
    puts("nnlua " NN_VERSION " (" LUA_RELEASE
         ")   ?name explains, : lists commands, Ctrl-D leaves");
    program_repl(L);
  } else
    return run_file(L, NULL);
  return true;
}

/* Arguments: argc, argv, the request. Returns whether all went well. */
static int run(lua_State *L) {
  int argc = (int)lua_tointeger(L, 1);
  char **argv = lua_touserdata(L, 2);
  const request *r = lua_touserdata(L, 3);
  luaL_checkversion(L);
  lua_pushboolean(L, r->no_environment); /* LUA_PATH and LUA_CPATH are read by luaL_openlibs */
  lua_setfield(L, LUA_REGISTRYINDEX, "LUA_NOENV");
  luaL_openlibs(L);
  open_nnlua(L);
  set_arg(L, argc, argv, r->script);
  bool has_script = r->script < argc;
  bool fine = (r->no_environment || run_environment(L)) && run_options(L, argv, r->script) &&
              (!has_script || run_script(L, argv + r->script)) && run_input(L, r, has_script);
  lua_pushboolean(L, fine);
  return 1;
}

int main(int argc, char **argv) {
  request r = scan(argc, argv);
  if (r.bad) return refuse(r.bad);
  if (r.help) fputs(usage, stdout);
  if (r.version) program_print_version();
  if (r.leave) return EXIT_SUCCESS;
  lua_State *L = nnlua_newstate();
  if (!L) {
    fputs("nnlua: not enough memory\n", stderr);
    return EXIT_FAILURE;
  }
  lua_pushcfunction(L, run);
  lua_pushinteger(L, argc);
  lua_pushlightuserdata(L, argv);
  lua_pushlightuserdata(L, &r);
  bool fine = succeeded(L, lua_pcall(L, 3, 1, 0)) && lua_toboolean(L, -1);
  nnlua_close(L);
  if (!fine && interrupt_was_last()) interrupt_die();
  return fine ? EXIT_SUCCESS : EXIT_FAILURE;
}
