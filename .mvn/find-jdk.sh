# SPDX-License-Identifier: Apache-2.0
# Sourced by brindle and mvnw: sets JAVA_HOME to a JDK 25 or newer, or ends with what to install.
# A JDK is known by its release file, so nothing has to be started to ask for the version.

jdk_version() { # HOME: prints the major version
  [ -x "$1/bin/javac" ] && [ -r "$1/release" ] || return 1
  sed -n 's/^JAVA_VERSION="\([0-9]*\).*/\1/p' "$1/release"
}

jdk_fits() { # HOME
  jdk_found=$(jdk_version "$1") && [ -n "$jdk_found" ] && [ "$jdk_found" -ge 25 ]
}

find_jdk() {
  if [ -n "${JAVA_HOME:-}" ] && jdk_fits "$JAVA_HOME"; then
    return 0
  fi
  jdk_on_path=$(command -v java 2>/dev/null) && jdk_on_path=$(readlink -f "$jdk_on_path") || jdk_on_path=
  for jdk_home in "${jdk_on_path%/bin/java}" \
    /usr/lib/jvm/* /usr/java/* /opt/java/* /opt/jdk* /usr/local/jdk* /usr/local/openjdk* \
    /Library/Java/JavaVirtualMachines/*/Contents/Home \
    "${HOME:-/nonexistent}"/.jdks/* "${HOME:-/nonexistent}"/.sdkman/candidates/java/*; do
    if [ -n "$jdk_home" ] && jdk_fits "$jdk_home"; then
      JAVA_HOME=$jdk_home
      export JAVA_HOME
      return 0
    fi
  done
  {
    echo "$1: no JDK 25 or newer found (looked at JAVA_HOME, PATH, /usr/lib/jvm and the other usual places)."
    if [ -n "$jdk_on_path" ]; then
      echo "$1: the java on the PATH is $jdk_on_path, which is older or has no compiler."
    fi
    echo "$1: install one: on Debian or Ubuntu the package openjdk-25-jdk-headless or temurin-25-jdk,"
    echo "$1: on Fedora java-25-openjdk-devel; or unpack any JDK 25 and set JAVA_HOME to its directory."
  } >&2
  exit 1
}
