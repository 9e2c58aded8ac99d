/* Ctrl-C: stops a computation within milliseconds, whether it is in Lua or in the engine.
 *
 * A hook that is always on would cost each loop 30 to 115 %, so there is none until the key is
 * pressed. Then the signal's handler sets the flag that engine calls poll, and arms a hook on every
 * running coroutine, which raises "interrupted!" at the next instruction. Lua does not tell which
 * coroutines run: coroutine.resume, wrap and close are replaced by functions that keep a chain of
 * them. pcall and xpcall are replaced by functions that hand this error on instead of catching it.
 * __close handlers run on the way out, as for any error. */
#include <errno.h>
#include <pthread.h>
#include <signal.h>
#include <stdatomic.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include <lualib.h>

#include "nnlua.h"
#include "program.h"

/* -- The chain of running coroutines --------------------------------------------------------- */

typedef struct running {
  lua_State *L;
  struct running *below; /* who resumed it */
} running;

static running *volatile innermost;

/* The handler may run between any two of these lines, so an entry is complete before it is seen. */
static void push_running(running *new, lua_State *L) {
  new->L = L;
  new->below = innermost;
  atomic_signal_fence(memory_order_release);
  innermost = new;
}

static void pop_running(void) { innermost = innermost->below; }

/* -- Raising --------------------------------------------------------------------------------- */

static volatile sig_atomic_t requested; /* since interrupt_begin */
static volatile sig_atomic_t presses;   /* since something last listened */
static bool is_session, was_last;
static pthread_t main_thread;

/* Whether the error is on its way: who listens to nnlua_stop, the hook or the engine, resets it. */
static bool is_raised(void) { return requested && !nnlua_stop; }

static void raise_error(lua_State *L, lua_Debug *where) {
  (void)where;
  lua_sethook(L, NULL, 0, 0);
  if (!nnlua_stop) return; /* an engine call was quicker */
  nnlua_stop = 0;
  size_t length = 0;
  for (int level = 0; level < 3 && length == 0; level++) { /* C functions have no lines */
    luaL_where(L, level);
    lua_tolstring(L, -1, &length);
  }
  lua_pushliteral(L, "interrupted!");
  lua_concat(L, 2);
  lua_error(L);
}

static void arm_hooks(void) {
  int events = LUA_MASKCALL | LUA_MASKRET | LUA_MASKLINE | LUA_MASKCOUNT;
  for (running *l = innermost; l; l = l->below) lua_sethook(l->L, raise_error, events, 1);
}

/* -- The signal ------------------------------------------------------------------------------ */

static void say(const char *text) {
  if (write(STDERR_FILENO, text, strlen(text)) < 0) return; /* nobody is there to hear it */
}

/* A press that nothing listens to is one inside a C function of Lua's library, a long pattern match
 * say. There the next one ends a script; a session, which holds somebody's work, takes one more. */
static void on_press(int sig) {
  presses = nnlua_stop ? presses + 1 : 1;
  if (presses > (is_session ? 2 : 1)) {
    signal(sig, SIG_DFL);
    raise(sig);
  } else if (presses == 2) {
    say("\nstill inside a library function; Ctrl-C once more ends nnlua\n");
  }
  requested = 1;
  nnlua_stop = 1;
  arm_hooks();
}

/* Lua's states belong to the thread that runs them: another one, of some C module, passes the
 * signal on. */
static void on_interrupt(int sig) {
  int saved = errno;
  if (!pthread_equal(pthread_self(), main_thread))
    pthread_kill(main_thread, sig);
  else if (innermost)
    on_press(sig);
  errno = saved;
}

/* Without SA_RESTART, so that io.read returns. */
static void catch_interrupts(void) {
  struct sigaction action;
  memset(&action, 0, sizeof action);
  action.sa_handler = on_interrupt;
  sigemptyset(&action.sa_mask);
  sigaction(SIGINT, &action, NULL);
}

static running bottom;

void interrupt_begin(lua_State *L) {
  main_thread = pthread_self();
  requested = presses = nnlua_stop = 0;
  push_running(&bottom, L);
  catch_interrupts();
}

void interrupt_end(lua_State *L, bool failed) {
  innermost = NULL;
  if (!is_session) signal(SIGINT, SIG_DFL);
  was_last = requested && failed;
  if (requested) lua_sethook(L, NULL, 0, 0); /* else a hook there is the program's own */
  nnlua_stop = 0;
}

bool interrupt_was_last(void) { return was_last; }

void interrupt_set_session(bool session) {
  is_session = session;
  main_thread = pthread_self();
  if (session) catch_interrupts();
}

void interrupt_die(void) {
  fflush(NULL);
  signal(SIGINT, SIG_DFL);
  raise(SIGINT);
}

/* -- pcall and xpcall ------------------------------------------------------------------------ */

/* The results of a protected call, above `skipped` values that are none. */
static int finish_call(lua_State *L, int status, lua_KContext skipped) {
  if (status == LUA_OK || status == LUA_YIELD) return lua_gettop(L) - (int)skipped;
  if (is_raised()) return lua_error(L);
  lua_pushboolean(L, false);
  lua_insert(L, -2);
  return 2;
}

static int protected_call(lua_State *L) {
  luaL_checkany(L, 1);
  lua_pushboolean(L, true);
  lua_insert(L, 1);
  int status = lua_pcallk(L, lua_gettop(L) - 2, LUA_MULTRET, 0, 0, finish_call);
  return finish_call(L, status, 0);
}

/* xpcall(f, handler, …): the stack becomes f, handler, true, f, …. */
static int handled_call(lua_State *L) {
  luaL_checktype(L, 2, LUA_TFUNCTION);
  lua_pushboolean(L, true);
  lua_pushvalue(L, 1);
  lua_rotate(L, 3, 2);
  int status = lua_pcallk(L, lua_gettop(L) - 4, LUA_MULTRET, 2, 2, finish_call);
  return finish_call(L, status, 2);
}

/* -- Coroutines ------------------------------------------------------------------------------ */

static lua_State *check_coroutine(lua_State *L) {
  lua_State *co = lua_tothread(L, 1);
  luaL_argexpected(L, co, 1, "coroutine");
  return co;
}

/* Resumes co with the n arguments on top of L, and moves what it yields or returns to L. Returns
 * how many values that are; -1 for an error, whose value is on top. */
static int resume(lua_State *L, lua_State *co, int n) {
  running here;
  int results;
  if (!lua_checkstack(co, n)) {
    lua_pushliteral(L, "too many arguments to resume");
    return -1;
  }
  lua_xmove(L, co, n);
  push_running(&here, co);
  int status = lua_resume(co, L, n, &results);
  pop_running();
  if (status != LUA_OK && status != LUA_YIELD) {
    lua_xmove(co, L, 1);
    return -1;
  }
  if (!lua_checkstack(L, results + 1)) {
    lua_pop(co, results);
    lua_pushliteral(L, "too many results to resume");
    return -1;
  }
  lua_xmove(co, L, results);
  return results;
}

/* Runs the __close handlers that are pending in co. An error's value is then on top of co. */
static int close_running(lua_State *co) {
  running here;
  push_running(&here, co);
  int status = lua_resetthread(co);
  pop_running();
  return status;
}

static int coroutine_resume(lua_State *L) {
  lua_State *co = check_coroutine(L);
  int results = resume(L, co, lua_gettop(L) - 1);
  if (results < 0 && is_raised()) return lua_error(L);
  lua_pushboolean(L, results >= 0);
  int count = results < 0 ? 1 : results;
  lua_insert(L, -(count + 1));
  return count + 1;
}

/* What wrap returns; its upvalue is the coroutine. An error closes the coroutine, and goes on in
 * whoever called, whose position goes before the message. */
static int call_wrapped(lua_State *L) {
  lua_State *co = lua_tothread(L, lua_upvalueindex(1));
  int results = resume(L, co, lua_gettop(L));
  if (results >= 0) return results;
  int status = lua_status(co);
  if (status != LUA_OK && status != LUA_YIELD) {
    status = close_running(co);
    lua_xmove(co, L, 1);
  }
  if (status != LUA_ERRMEM && lua_type(L, -1) == LUA_TSTRING) {
    luaL_where(L, 1);
    lua_insert(L, -2);
    lua_concat(L, 2);
  }
  return lua_error(L);
}

static int coroutine_wrap(lua_State *L) {
  luaL_checktype(L, 1, LUA_TFUNCTION);
  lua_State *co = lua_newthread(L);
  lua_pushvalue(L, 1);
  lua_xmove(L, co, 1);
  lua_pushcclosure(L, call_wrapped, 1);
  return 1;
}

/* Whether co is suspended or dead; else it waits for another one, or is the one that runs. */
static bool can_close(lua_State *L, lua_State *co) {
  lua_Debug frame;
  if (co == L) return false;
  return lua_status(co) != LUA_OK || !lua_getstack(co, 0, &frame);
}

static int coroutine_close(lua_State *L) {
  lua_State *co = check_coroutine(L);
  if (!can_close(L, co))
    return luaL_error(L, "cannot close a %s coroutine", co == L ? "running" : "normal");
  if (close_running(co) == LUA_OK) {
    lua_pushboolean(L, true);
    return 1;
  }
  lua_xmove(co, L, 1);
  if (is_raised()) return lua_error(L);
  lua_pushboolean(L, false);
  lua_insert(L, -2);
  return 2;
}

/* -- Opening --------------------------------------------------------------------------------- */

void interrupt_open(lua_State *L) {
  static const luaL_Reg base[] = {
      {"pcall", protected_call}, {"xpcall", handled_call}, {NULL, NULL}};
  static const luaL_Reg coroutine[] = {{"resume", coroutine_resume},
                                       {"wrap", coroutine_wrap},
                                       {"close", coroutine_close},
                                       {NULL, NULL}};
  lua_pushglobaltable(L);
  luaL_setfuncs(L, base, 0);
  lua_getfield(L, -1, LUA_COLIBNAME);
  luaL_setfuncs(L, coroutine, 0);
  lua_pop(L, 2);
}
