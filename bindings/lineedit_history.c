/* Where the history of sessions is kept: $XDG_STATE_HOME/nnlua/, which is ~/.local/state/nnlua/
 * unless told otherwise. */
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "lineedit.h"

/* Makes the folders above a file. */
static void make_folders(char *path) {
  for (char *slash = strchr(path + 1, '/'); slash; slash = strchr(slash + 1, '/')) {
    *slash = '\0';
    mkdir(path, 0700);
    *slash = '/';
  }
}

bool lineedit_find_history(const char *name, char *path, size_t size) {
  const char *state = getenv("XDG_STATE_HOME"), *home = getenv("HOME");
  int length;
  if (state && state[0] == '/')
    length = snprintf(path, size, "%s/nnlua/%s", state, name);
  else if (home)
    length = snprintf(path, size, "%s/.local/state/nnlua/%s", home, name);
  else
    return false;
  if (length < 0 || (size_t)length >= size) return false;
  make_folders(path);
  int file = open(path, O_CREAT | O_RDWR | O_CLOEXEC, 0600);
  if (file < 0) return false;
  fchmod(file, 0600);
  close(file);
  return true;
}
