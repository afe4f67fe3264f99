// SPDX-License-Identifier: Apache-2.0
// The plugin by the name of loopback: turns a pod's own lo up. Runtimes want one for each sandbox, and where nobody
// installed it (k3s and RKE2 without their own network) no pod could start. It asks no daemon: pods of the daemon's own
// node begin with it.
#include <errno.h>
#include <fcntl.h>
#include <net/if.h>
#include <sched.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <unistd.h>

_Noreturn void fail(int code, const char *details, const char *part1, const char *part2, const char *part3);

// A word for word copy of the object, as what is in it is nothing to us.
static int print_object(const char *from) {
  int depth = 0, quoted = 0;
  const char *end = from;
  do {
    if (*end == '\\' && quoted && end[1]) end++;
    else if (*end == '"') quoted = !quoted;
    else if (!quoted) depth += (*end == '{') - (*end == '}');
  } while (*end++ && depth);
  return fwrite(from, 1, end - from, stdout) > 0;
}

// Command: as the runtime says it, one of CNI's. Input: the configuration. Returns if all is well.
void be_loopback(const char *command, const char *input) {
  int is_add = !strcmp(command, "ADD"), is_check = !strcmp(command, "CHECK"), fd, way;
  const char *namespace = getenv("CNI_NETNS"), *before = strstr(input, "\"prevResult\"");
  char version[32] = "1.1.0", *field = strstr(input, "\"cniVersion\"");
  struct ifreq lo = {.ifr_name = "lo"};
  if (!is_add && !is_check) return;  // it goes with its namespace
  if (!namespace || !*namespace) fail(4, "", "CNI_NETNS", " is missing", "");
  if ((fd = open(namespace, O_RDONLY | O_CLOEXEC)) < 0 || setns(fd, CLONE_NEWNET))
    fail(5, "", namespace, ": ", strerror(errno));
  if ((way = socket(AF_INET, SOCK_DGRAM | SOCK_CLOEXEC, 0)) < 0 || ioctl(way, SIOCGIFFLAGS, &lo))
    fail(100, "", "lo: ", strerror(errno), "");
  if (is_check && !(lo.ifr_flags & IFF_UP)) fail(100, "", "lo is down in ", namespace, "");
  lo.ifr_flags |= IFF_UP;
  if (is_add && ioctl(way, SIOCSIFFLAGS, &lo)) fail(100, "", "lo does not get up: ", strerror(errno), "");
  if (is_check) return;
  if (before) before += strlen("\"prevResult\""), before += strspn(before, ": \t\r\n");
  if (before && *before == '{' && print_object(before)) return;  // and not null
  if (field) sscanf(field + 12, "%*[^\"]\"%31[0-9.]\"", version);
  if (!strncmp(version, "0.1", 3) || !strncmp(version, "0.2", 3)) {
    printf("{\"cniVersion\":\"%s\",\"ip4\":{\"ip\":\"127.0.0.1/8\"},\"dns\":{}}", version);
  } else {
    printf("{\"cniVersion\":\"%s\",\"interfaces\":[{\"name\":\"lo\",\"mac\":\"00:00:00:00:00:00\",", version);
    printf("\"sandbox\":\"");
    for (const char *c = namespace; *c; c++) printf(strchr("\"\\", *c) ? "\\%c" : "%c", *c);
    printf("\"}],\"ips\":[{%s\"interface\":0,\"address\":\"127.0.0.1/8\"}],\"dns\":{}}",
           *version == '0' ? "\"version\":\"4\"," : "");
  }
}
