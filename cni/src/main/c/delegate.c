// SPDX-License-Identifier: Apache-2.0
// Runs another plugin, as the daemon asked: on the host, where such programs are at home. Delegate.java is the same.
#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <unistd.h>

enum { PATIENCE = 40, NOT_RUN = 255 };
static volatile pid_t plugin;  // leads a process group of its own

int end_delegate(void) { return plugin > 0 && !kill(-plugin, SIGKILL); }

static _Noreturn void become(const char *type, const char *command, int in, int out) {
  char path[4097], *each, *all = getenv("CNI_PATH");
  setpgid(0, 0), prctl(PR_SET_PDEATHSIG, SIGKILL), signal(SIGPIPE, SIG_DFL), setenv("CNI_COMMAND", command, 1);
  dup2(in, 0), dup2(out, 1), errno = ENOENT;
  for (all = all ? strdup(all) : all; (each = strsep(&all, ":"));)
    if (*each && snprintf(path, sizeof path, "%s/%s", each, type) > 0 && !access(path, X_OK)) execl(path, path, NULL);
  dprintf(out, "%s", strerror(errno));
  _exit(NOT_RUN);
}

// What: its name, its CNI_COMMAND and its input, or nothing for ours, each with a 0 at its end.
// Gives what is to be told: one byte, its exit code (NOT_RUN with a reason if there was none), and what it said.
size_t run_delegate(const char *what, const char *input, char *told, size_t most) {
  const char *command = what + strlen(what) + 1, *own = command + strlen(command) + 1, *config = *own ? own : input;
  int in[2], out[2], status = NOT_RUN << 8, left = alarm(PATIENCE);
  ssize_t length = strlen(config), have = 1;
  if (!pipe2(in, O_CLOEXEC) && !pipe2(out, O_CLOEXEC) && fcntl(in[1], F_SETPIPE_SZ, length + 1) > 0 &&
      write(in[1], config, length) == length && (plugin = fork()) >= 0) {
    if (!plugin) become(what, command, in[0], out[1]);
    setpgid(plugin, plugin), close(in[0]), close(in[1]), close(out[1]);  // each of the two may be first
    for (ssize_t n; have < (ssize_t)most && (n = read(out[0], told + have, most - have)) > 0;) have += n;
    close(out[0]), waitpid(plugin, &status, 0), plugin = 0;
  } else {
    have += snprintf(told + 1, most - 1, "%s", strerror(errno));
  }
  left -= PATIENCE - alarm(0), alarm(left > 0 ? left : 1);
  *told = WIFEXITED(status) ? WEXITSTATUS(status) : 128 + WTERMSIG(status);
  return have;
}
