/* Drawings as .png files, by cairo (https://cairographics.org).
 *
 * Cairo brings a dozen other libraries, so it is loaded when the first picture is saved, and needed
 * neither to build nor to start. Its functions are declared here as its manual has them. */
#include <dlfcn.h>
#include <errno.h>
#include <math.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include "nnlua.h"

typedef struct text_extents {
  double x_bearing, y_bearing, width, height, x_advance, y_advance;
} text_extents;

typedef int (*write_function)(void *self, const unsigned char *data, unsigned int length);

#define FUNCTIONS(X)                                                                  \
  X(void *, image_surface_create, (int format, int width, int height))                \
  X(int, surface_write_to_png_stream, (void *surface, write_function, void *self))    \
  X(void, surface_destroy, (void *surface))                                           \
  X(void *, create, (void *surface))                                                  \
  X(int, status, (void *))                                                            \
  X(const char *, status_to_string, (int status))                                     \
  X(void, destroy, (void *))                                                          \
  X(void, save, (void *))                                                             \
  X(void, restore, (void *))                                                          \
  X(void, translate, (void *, double x, double y))                                    \
  X(void, rotate, (void *, double angle))                                             \
  X(void, clip, (void *))                                                             \
  X(void, reset_clip, (void *))                                                       \
  X(void, set_antialias, (void *, int kind))                                          \
  X(void *, image_surface_create_for_data,                                            \
    (unsigned char *data, int format, int width, int height, int stride))             \
  X(void, set_source_surface, (void *, void *surface, double x, double y))            \
  X(void *, get_source, (void *))                                                     \
  X(void, pattern_set_filter, (void *pattern, int filter))                            \
  X(void, scale, (void *, double x, double y))                                        \
  X(void, set_source_rgba, (void *, double red, double green, double blue, double a)) \
  X(void, set_line_width, (void *, double width))                                     \
  X(void, set_line_join, (void *, int join))                                          \
  X(void, set_dash, (void *, const double *dashes, int n, double offset))             \
  X(void, move_to, (void *, double x, double y))                                      \
  X(void, line_to, (void *, double x, double y))                                      \
  X(void, rectangle, (void *, double x, double y, double width, double height))       \
  X(void, arc, (void *, double x, double y, double r, double from, double to))        \
  X(void, stroke, (void *))                                                           \
  X(void, fill, (void *))                                                             \
  X(void, select_font_face, (void *, const char *family, int slant, int weight))      \
  X(void, set_font_size, (void *, double size))                                       \
  X(void, text_extents, (void *, const char *text, text_extents *))                   \
  X(void, show_text, (void *, const char *text))

enum { FORMAT_RGB24 = 1, ANTIALIAS_DEFAULT = 0, ANTIALIAS_NONE = 1, LINE_JOIN_ROUND = 1 };
enum { FILTER_NEAREST = 3 };
enum { STATUS_SUCCESS = 0, STATUS_WRITE_ERROR = 11 };

static struct cairo_functions {
#define MEMBER(result, name, arguments) result(*name) arguments;
  FUNCTIONS(MEMBER)
#undef MEMBER
} cairo;

static const struct {
  const char *name;
  size_t at; /* in `cairo` */
} symbols[] = {
#define SYMBOL(result, name, arguments) {"cairo_" #name, offsetof(struct cairo_functions, name)},
    FUNCTIONS(SYMBOL)
#undef SYMBOL
};

/* -- Loading --------------------------------------------------------------------------------- */

static void *open_library(void) {
  static const char *const names[] = {"libcairo.so.2", "libcairo.2.dylib", "libcairo.so"};
  void *library = NULL;
  for (size_t i = 0; !library && i < sizeof names / sizeof *names; i++)
    library = dlopen(names[i], RTLD_LAZY | RTLD_LOCAL);
  return library;
}

/* The first call loads the library; it stays, for its fonts and caches. */
static void need_cairo(lua_State *L) {
  static void *library;
  if (library) return;
  void *found = open_library();
  if (!found)
    nnlua_error(L, "save: .png needs the library cairo (on Debian the package libcairo2, on others "
                   "cairo); .svg works without");
  for (size_t i = 0; i < sizeof symbols / sizeof *symbols; i++) {
    void *function = dlsym(found, symbols[i].name);
    if (!function) nnlua_error(L, "save: this cairo has no %s", symbols[i].name);
    memcpy((char *)&cairo + symbols[i].at, &function, sizeof function);
  }
  library = found;
}

/* -- Drawing --------------------------------------------------------------------------------- */

/* The command being drawn, a table, is at stack index COMMAND. */
enum { COMMAND = 6 };

static double field(lua_State *L, const char *name, double otherwise) {
  lua_getfield(L, COMMAND, name);
  double value = luaL_optnumber(L, -1, otherwise);
  lua_pop(L, 1);
  return value;
}

static bool has(lua_State *L, const char *name) {
  bool found = lua_getfield(L, COMMAND, name) != LUA_TNIL;
  lua_pop(L, 1);
  return found;
}

/* Sets the colour 0xRRGGBB in the field `name`. */
static void set_colour(lua_State *L, void *cr, const char *name) {
  unsigned colour = (unsigned)field(L, name, 0);
  cairo.set_source_rgba(cr, (colour >> 16 & 255) / 255.0, (colour >> 8 & 255) / 255.0,
                        (colour & 255) / 255.0, field(L, "alpha", 1));
}

/* points = {x, y, x, y, …} */
static void trace_points(lua_State *L, void *cr) {
  if (lua_getfield(L, COMMAND, "points") != LUA_TTABLE) luaL_error(L, "save: no points");
  lua_Integer n = (lua_Integer)lua_rawlen(L, -1);
  for (lua_Integer i = 1; i < n; i += 2) {
    lua_rawgeti(L, -1, i);
    lua_rawgeti(L, -2, i + 1);
    double x = lua_tonumber(L, -2), y = lua_tonumber(L, -1);
    if (i == 1)
      cairo.move_to(cr, x, y);
    else
      cairo.line_to(cr, x, y);
    lua_pop(L, 2);
  }
  lua_pop(L, 1);
}

static void draw_path(lua_State *L, void *cr) {
  double dash = field(L, "dash", 0);
  trace_points(L, cr);
  set_colour(L, cr, "stroke");
  cairo.set_line_width(cr, field(L, "width", 1));
  cairo.set_line_join(cr, LINE_JOIN_ROUND);
  cairo.set_dash(cr, &dash, dash > 0, 0);
  cairo.stroke(cr);
}

static void trace_rectangle(lua_State *L, void *cr) {
  cairo.rectangle(cr, field(L, "x", 0), field(L, "y", 0), field(L, "w", 0), field(L, "h", 0));
}

/* Sharp edges, so that neighbours meet without a seam. */
static void draw_rectangle(lua_State *L, void *cr) {
  cairo.set_antialias(cr, ANTIALIAS_NONE);
  trace_rectangle(L, cr);
  set_colour(L, cr, "fill");
  cairo.fill(cr);
  cairo.set_antialias(cr, ANTIALIAS_DEFAULT);
}

/* Copies rows = {{colour, …}, …} into memory that Lua owns, which stays on the stack. */
static uint32_t *read_pixels(lua_State *L, int *width, int *height) {
  if (lua_getfield(L, COMMAND, "rows") != LUA_TTABLE) luaL_error(L, "save: no rows");
  *height = (int)lua_rawlen(L, -1);
  lua_rawgeti(L, -1, 1);
  *width = (int)luaL_len(L, -1);
  lua_pop(L, 1);
  size_t n = (size_t)*width * (size_t)*height;
  uint32_t *pixels = lua_newuserdatauv(L, n * sizeof *pixels, 0);
  for (size_t i = 0; i < n; i++) {
    lua_rawgeti(L, -2, (lua_Integer)(i / (size_t)*width) + 1);
    lua_rawgeti(L, -1, (lua_Integer)(i % (size_t)*width) + 1);
    pixels[i] = (uint32_t)lua_tointeger(L, -1);
    lua_pop(L, 2);
  }
  return pixels;
}

static void draw_image(lua_State *L, void *cr) {
  int width, height;
  uint32_t *pixels = read_pixels(L, &width, &height);
  double x = field(L, "x", 0), y = field(L, "y", 0);
  double across = field(L, "w", 0) / width, down = field(L, "h", 0) / height;
  void *image = cairo.image_surface_create_for_data((unsigned char *)pixels, FORMAT_RGB24, width,
                                                    height, 4 * width);
  cairo.save(cr);
  cairo.translate(cr, x, y);
  cairo.scale(cr, across, down);
  cairo.set_source_surface(cr, image, 0, 0);
  cairo.pattern_set_filter(cairo.get_source(cr), FILTER_NEAREST);
  cairo.set_antialias(cr, ANTIALIAS_NONE);
  cairo.rectangle(cr, 0, 0, width, height);
  cairo.fill(cr);
  cairo.restore(cr);
  cairo.surface_destroy(image);
  lua_pop(L, 2);
}

static void draw_disc(lua_State *L, void *cr) {
  cairo.arc(cr, field(L, "x", 0), field(L, "y", 0), field(L, "r", 1), 0, 2 * M_PI);
  set_colour(L, cr, "fill");
  cairo.fill(cr);
}

/* `anchor` is which fraction of the text lies before (x, y); turned text reads upwards. */
static void draw_text(lua_State *L, void *cr) {
  text_extents size;
  lua_getfield(L, COMMAND, "text");
  const char *text = luaL_checkstring(L, -1);
  cairo.save(cr);
  cairo.select_font_face(cr, "sans-serif", 0, has(L, "bold"));
  cairo.set_font_size(cr, field(L, "size", 12));
  cairo.text_extents(cr, text, &size);
  cairo.translate(cr, field(L, "x", 0), field(L, "y", 0));
  if (has(L, "turned")) cairo.rotate(cr, -M_PI / 2);
  set_colour(L, cr, "fill");
  cairo.move_to(cr, -field(L, "anchor", 0) * size.x_advance, 0);
  cairo.show_text(cr, text);
  cairo.restore(cr);
  lua_pop(L, 1);
}

static void draw_clip(lua_State *L, void *cr) {
  trace_rectangle(L, cr);
  cairo.clip(cr);
}

static void draw_unclip(lua_State *L, void *cr) {
  (void)L;
  cairo.reset_clip(cr);
}

static const struct {
  const char *kind;
  void (*draw)(lua_State *L, void *cr);
} commands[] = {{"path", draw_path},    {"rect", draw_rectangle}, {"disc", draw_disc},
                {"text", draw_text},    {"image", draw_image},    {"clip", draw_clip},
                {"unclip", draw_unclip}};

static void draw_command(lua_State *L, void *cr) {
  lua_getfield(L, COMMAND, "kind");
  const char *kind = luaL_checkstring(L, -1);
  for (size_t i = 0; i < sizeof commands / sizeof *commands; i++)
    if (strcmp(commands[i].kind, kind) == 0) commands[i].draw(L, cr);
  lua_pop(L, 1);
}

/* -- Saving ---------------------------------------------------------------------------------- */

/* What has to be given back, whatever fails. */
typedef struct canvas {
  void *surface, *cr;
  FILE *file;
} canvas;

static int canvas_gc(lua_State *L) {
  canvas *c = lua_touserdata(L, 1);
  if (c->cr) cairo.destroy(c->cr);
  if (c->surface) cairo.surface_destroy(c->surface);
  if (c->file) fclose(c->file);
  *c = (canvas){0};
  return 0;
}

static canvas *push_canvas(lua_State *L) {
  canvas *c = lua_newuserdatauv(L, sizeof *c, 0);
  *c = (canvas){0};
  lua_createtable(L, 0, 1);
  lua_pushcfunction(L, canvas_gc);
  lua_setfield(L, -2, "__gc");
  lua_setmetatable(L, -2);
  return c;
}

static int write_bytes(void *file, const unsigned char *data, unsigned int length) {
  return fwrite(data, 1, length, file) == length ? STATUS_SUCCESS : STATUS_WRITE_ERROR;
}

static void check_status(lua_State *L, int status, const char *path) {
  if (status == STATUS_SUCCESS) return;
  const char *why = status == STATUS_WRITE_ERROR ? strerror(errno) : cairo.status_to_string(status);
  nnlua_error(L, "save: cannot write %s: %s", path, why);
}

/* _write_png(path, width, height, commands): draws a list of commands, whose units are pixels. The
 * file is opened last, so that nothing is left of a picture that cannot be drawn. */
static int write_png(lua_State *L) {
  const char *path = luaL_checkstring(L, 1);
  int width = (int)luaL_checkinteger(L, 2), height = (int)luaL_checkinteger(L, 3);
  luaL_checktype(L, 4, LUA_TTABLE);
  lua_settop(L, 4);
  need_cairo(L);
  canvas *c = push_canvas(L);
  c->surface = cairo.image_surface_create(FORMAT_RGB24, width, height);
  c->cr = cairo.create(c->surface);
  lua_Integer n = (lua_Integer)lua_rawlen(L, 4);
  for (lua_Integer i = 1; i <= n; i++) {
    lua_rawgeti(L, 4, i);
    luaL_checktype(L, COMMAND, LUA_TTABLE);
    draw_command(L, c->cr);
    lua_settop(L, COMMAND - 1);
  }
  check_status(L, cairo.status(c->cr), path);
  c->file = fopen(path, "wb");
  if (!c->file) check_status(L, STATUS_WRITE_ERROR, path);
  int status = cairo.surface_write_to_png_stream(c->surface, write_bytes, c->file);
  FILE *file = c->file;
  c->file = NULL;
  if (fclose(file) != 0 && status == STATUS_SUCCESS) status = STATUS_WRITE_ERROR;
  check_status(L, status, path);
  return 0;
}

void nnlua_open_png(lua_State *L) {
  lua_pushcfunction(L, write_png);
  lua_setfield(L, -2, "_write_png");
}
