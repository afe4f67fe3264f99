// SPDX-License-Identifier: Apache-2.0
// The launcher in an image, where there is no shell: the commands of the script `brindle`, also under the names calicoctl and
// kubectl-brindle. How a program is started is said by HOME/launch/PROGRAM, which the build makes from .mvn/programs.sh:
//
//   #main CLASS             what java starts
//   #env NAME=VALUE         unless the environment has it
//   ...                     options that java reads itself
//
// HOME is the directory above the one that this program is in. BRINDLE_JAVA_OPTS has more options for the JVM.
#include <errno.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

static char home[PATH_MAX];

static void fail(const char *what, const char *which) {
  fprintf(stderr, "brindle: %s %s: %s\n", what, which, strerror(errno));
  exit(1);
}

static char *joined(const char *a, const char *b, const char *c) {
  char *text = malloc(strlen(a) + strlen(b) + strlen(c) + 1);
  if (text == NULL) fail("no memory for", b);
  return strcat(strcat(strcpy(text, a), b), c);
}

static void find_home(void) {
  ssize_t length = readlink("/proc/self/exe", home, sizeof home - 1);
  if (length < 0) {  // no /proc is mounted
    strcpy(home, "/opt/brindle");
    return;
  }
  home[length] = '\0';
  for (int up = 0; up < 2; up++) {
    char *slash = strrchr(home, '/');
    if (slash != NULL) *slash = '\0';
  }
}

static void print_help(void) {
  char *name = joined(home, "/launch/", "help"), line[512];
  FILE *file = fopen(name, "r");
  if (file == NULL) fail("cannot read", name);
  while (fgets(line, sizeof line, file) != NULL) fputs(line, stdout);
  fclose(file);
  fflush(stdout);
}

// The program's main class; sets what its environment lacks.
static char *read_launch(const char *name) {
  char line[4096], *main_class = NULL;
  FILE *file = fopen(name, "r");
  if (file == NULL) fail("cannot read", name);
  while (fgets(line, sizeof line, file) != NULL) {
    line[strcspn(line, "\n")] = '\0';
    if (strncmp(line, "#main ", 6) == 0) {
      main_class = joined(line + 6, "", "");
    } else if (strncmp(line, "#env ", 5) == 0) {
      char *value = strchr(line + 5, '=');
      if (value != NULL) {
        *value++ = '\0';
        const char *present = getenv(line + 5);
        setenv(line + 5, value, present != NULL && *present == '\0');
      }
    }
  }
  fclose(file);
  if (main_class == NULL) {
    fprintf(stderr, "brindle: %s says no main class\n", name);
    exit(1);
  }
  return main_class;
}

static int is_program(const char *word) {
  return *word != '\0' && strchr(word, '/') == NULL && strcmp(word, "help") != 0 && strcmp(word, "ctl") != 0 &&
         strcmp(word, "node") != 0 && access(joined(home, "/launch/", word), F_OK) == 0;
}

int main(int argc, char **argv) {
  const char *name = argc > 0 && strrchr(argv[0], '/') != NULL ? strrchr(argv[0], '/') + 1 : argc > 0 ? argv[0] : "brindle";
  const char *program = "ctl", *word = argc > 1 ? argv[1] : "";
  int first = 1;
  find_home();
  if (strcmp(name, "kubectl-brindle") != 0 && argc > 2 && strcmp(word, "node") == 0 && strcmp(argv[2], "run") == 0) {
    program = "node";
    first = 2;
  } else if (strcmp(name, "brindle") == 0) {
    if (strcmp(word, "lab") == 0) {
      fputs("brindle: the lab is not in this image: it builds a cluster from a clone of Brindle's repository, by ./brindle lab there\n", stderr);
      return 1;
    }
    if (is_program(word)) {
      program = word;
      first = 2;
    } else if (strcmp(word, "--help") == 0 || strcmp(word, "-h") == 0) {
      print_help();
    }
  }
  char *launch = joined(home, "/launch/", program);
  if (getuid() == 0) {
    char *of_root = joined(launch, "-", "root");
    if (access(of_root, F_OK) == 0) launch = of_root;
  }
  char *main_class = read_launch(launch);
  const char *given = getenv("BRINDLE_JAVA_OPTS");
  char *more = joined(given == NULL ? "" : given, "", "");
  char **words = calloc((size_t)argc + strlen(more) + 8, sizeof *words);
  if (words == NULL) fail("no memory for", "the words of the command");
  int n = 0;
  words[n++] = joined(home, "/runtime/bin/", "java");
  words[n++] = joined("-Dbrindle.program=", name, "");
  words[n++] = joined("@", launch, "");
  for (char *option = strtok(more, " \t\n"); option != NULL; option = strtok(NULL, " \t\n")) words[n++] = option;
  words[n++] = main_class;
  for (int i = first; i < argc; i++) words[n++] = argv[i];
  execv(words[0], words);
  fail("cannot start", words[0]);
}
