// SPDX-License-Identifier: Apache-2.0
// What kubelet runs: its environment and stdin to the daemon, the daemon's answer to stdout. It is PluginMain.java
// without a JVM to start; the protocol is in cni/DESIGN.md. All memory is static, every length is checked, and the
// only signal handler ends us, or the plugin that we wait for (delegate.c): no system call is ever cut short.
#include <arpa/inet.h>
#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <time.h>
#include <unistd.h>
#define AWAY 11, "see this node's pod brindle-node, or the daemon's log", "the brindle node daemon is not running: "
#define VERSIONS "\"0.1.0\",\"0.2.0\",\"0.3.0\",\"0.3.1\",\"0.4.0\",\"1.0.0\",\"1.1.0\""
enum { SLOTS = 8, MAX_CALL = 1 << 20, MAX_ANSWER = 1 << 15, HEADER = 24, MAX_BYTES = 4096 - HEADER, RUN = 255 };
static struct { uint32_t id[3], total, offset, length; char bytes[MAX_BYTES]; } piece;  // id: BCN1, the call's number
static char call[MAX_CALL + 2], answer[MAX_ANSWER + 3], told[MAX_ANSWER], path[4097], word[10], *directory, *input = "";
static uint64_t number;  // of our call; grows from call to call
void be_loopback(const char *command, const char *input);
int end_delegate(void); size_t run_delegate(const char *what, const char *input, char *told, size_t most);
static _Noreturn void end(int code) { _exit(fflush(stdout) || ferror(stdout) ? 1 : code); }
static void print_escaped(const char *text) {
  for (; *text; text++) printf((unsigned char)*text < ' ' ? "\\u%04x" : strchr("\"\\", *text) ? "\\%c" : "%c", *text);
}
static void print_version(void) {  // of the input; a wrong guess does no harm: errors are alike in all versions
  char version[32] = "1.1.0", *field = strstr(input, "\"cniVersion\"");
  if (field) sscanf(field + 12, "%*[^\"]\"%31[^\"]\"", version);
  printf("{\"cniVersion\":\""), print_escaped(version);
}
_Noreturn void fail(int code, const char *details, const char *part1, const char *part2, const char *part3) {
  signal(SIGALRM, SIG_IGN), code = code == 11 && word[1] == 'S' ? 50 : code;  // its handler was quicker; STATUS's word
  print_version(), printf("\",\"code\":%d,\"msg\":\"", code), print_escaped(part1), print_escaped(part2);
  print_escaped(part3), printf("\",\"details\":\"%s\"}", details), end(1);
}
static void on_alarm(int signal) { (void)signal, end_delegate() || (fail(AWAY, "no answer within 110 s", ""), 0); }
static size_t fill(int fd, void *to, size_t most) {  // less at the end of what there is, or after an error
  size_t have = 0;
  for (ssize_t n; have < most && (n = read(fd, (char *)to + have, most - have)) > 0;) have += n;
  return have;
}
static int open_slot(int slot, const char *kind, int way) {
  snprintf(path, sizeof path, "%s/slot-%d.%s", directory, slot, kind);  // cut off, it is too long for open(2) as well
  int both = open(path, O_RDWR), fd = both < 0 ? both : open(path, way | O_CLOEXEC);
  if (fd < 0) errno == ENOENT ? fail(AWAY, "there is no ", path) : fail(5, "", path, ": ", strerror(errno));
  close(both);  // to open one end of a FIFO waits for the other, whose owner may be dead, but not while both are ours
  return fd;
}
static int take_slot(void) {  // the first that is free, else a place in line for one of them; ours until we end
  for (int i = 0;; i++) {
    int slot = i < SLOTS ? i : getpid() % SLOTS, lock = open_slot(slot, "lock", O_WRONLY);
    if (!fcntl(lock, i < SLOTS ? F_SETLK : F_SETLKW, &(struct flock){.l_type = F_WRLCK})) return slot;
    if (i == SLOTS) fail(5, "", path, ": ", strerror(errno));
  }
}
static uint32_t ask(int in, int out, const char *bytes, uint32_t length) {
  uint32_t id[] = {htonl(0x42434e31), htonl(number >> 32), htonl(number)}, n, sent = 0, have = 0, total = 0;
  for (; sent < length; sent += n) {
    n = length - sent < MAX_BYTES ? length - sent : MAX_BYTES;
    piece.total = htonl(length), piece.offset = htonl(sent), piece.length = htonl(n);
    memcpy(piece.id, id, sizeof id), memcpy(piece.bytes, bytes + sent, n);
    if (write(in, &piece, HEADER + n) < 0) fail(AWAY, "nobody answers in ", directory);
  }
  while (fill(out, &piece, HEADER) == HEADER) {
    if (piece.id[0] != id[0] || (n = ntohl(piece.length)) > MAX_BYTES || fill(out, piece.bytes, n) != n) break;
    if (memcmp(piece.id, id, sizeof id)) continue;  // an answer to another, who died before it came
    if (!piece.offset) have = 0, total = ntohl(piece.total);
    if (!total || total > MAX_ANSWER || piece.total != htonl(total)) break;
    if (piece.offset != htonl(have) || n > total - have) break;
    memcpy(answer + have, piece.bytes, n);
    if ((have += n) == total) return memset(answer + total, 0, 3), total;
  }
  fail(AWAY, "it ended during the call", "");
}

int main(void) {
  for (int fd = 0; fd >= 0 && fd < 3;) fd = open("/dev/null", O_RDONLY);  // else a slot may take a closed one's place
  const char *command = getenv("CNI_COMMAND") ?: "";
  if (!(directory = getenv("BRINDLE_CNI_DIR")) || !*directory) directory = "/run/brindle/cni";
  size_t length = 1 + snprintf(call, sizeof call, "CNI_PROGRAM=%s", program_invocation_short_name); errno = 0;
  for (char **variable = environ; *variable && length <= MAX_CALL; variable++)
    if (!strncmp(*variable, "CNI_", 4)) length += 1 + snprintf(call + length, sizeof call - length, "%s", *variable);
  if (++length <= MAX_CALL) input = call + length, length += fill(0, input, MAX_CALL + 1 - length);
  if (errno) fail(5, "", "standard input", ": ", strerror(errno));
  snprintf(word, sizeof word, " %s ", command);
  if (!strcmp(word, " VERSION ")) print_version(), printf("\",\"supportedVersions\":[" VERSIONS "]}"), end(0);
  if (strchr(command, ' ') || !strstr(" ADD DEL CHECK GC STATUS ", word))
    fail(4, "", "CNI_COMMAND is '", command, "': expected one of [ADD, DEL, CHECK, GC, STATUS, VERSION]");
  if (!strcmp(program_invocation_short_name, "loopback")) be_loopback(command, input), end(0);
  if (length > MAX_CALL) fail(7, "", "stdin and CNI_ variables are longer than 1048576 bytes", "", "");
  signal(SIGPIPE, SIG_IGN), signal(SIGALRM, on_alarm), sigprocmask(SIG_SETMASK, &(sigset_t){0}, NULL), alarm(110);
  int slot = take_slot(), out = open_slot(slot, "out", O_RDONLY), in = open_slot(slot, "in", O_WRONLY);
  struct timespec at; clock_gettime(CLOCK_MONOTONIC, &at), number = at.tv_sec * 1000000000ull + at.tv_nsec;
  for (int n; !ioctl(out, FIONREAD, &n) && n && read(out, answer, MAX_ANSWER) > 0;) continue;  // it was for another
  for (length = ask(in, out, call, length); (unsigned char)*answer == RUN;)
    length = ask(in, out, told, run_delegate(answer + 1, input, told, sizeof told));
  alarm(0), fwrite(answer + 1, 1, length - 1, stdout);
  end((unsigned char)*answer);
}
