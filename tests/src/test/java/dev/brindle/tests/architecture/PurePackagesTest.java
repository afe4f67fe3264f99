// SPDX-License-Identifier: Apache-2.0
package dev.brindle.tests.architecture;

import static org.assertj.core.api.Assertions.assertThat;

import com.tngtech.archunit.core.domain.JavaClass;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import org.junit.jupiter.api.Test;

/// ARCHITECTURE.md §3: packages that decide do no I/O, ask no clock, start no thread and write no
/// log.
class PurePackagesTest {

  private static final Set<String> PURE = PackagesPage.pure();

  private static final List<String> WORLD =
      List.of(
          "java.io.File",
          "java.net.Socket",
          "java.net.ServerSocket",
          "java.net.http.",
          "java.nio.channels.",
          "java.nio.file.Files",
          "java.sql.",
          "java.lang.Thread",
          "java.lang.Process",
          "java.util.Timer",
          "java.util.concurrent.Executor",
          "java.util.concurrent.locks.",
          "java.util.Random",
          "java.security.SecureRandom",
          "java.util.concurrent.ThreadLocalRandom",
          "io.netty.channel.",
          "io.netty.bootstrap.",
          "jnr.",
          "org.slf4j.");

  private static final Set<String> CLOCKS =
      Set.of(
          "java.lang.System.currentTimeMillis",
          "java.lang.System.nanoTime",
          "java.time.Instant.now",
          "java.time.Clock.systemUTC",
          "java.lang.System.getenv");

  @Test
  void decidingPackagesTouchNothing() {
    Set<String> touches = new TreeSet<>();
    for (JavaClass type : Brindle.CLASSES) {
      if (PURE.contains(type.getPackageName())) {
        for (JavaClass target : Brindle.knownBy(type)) {
          if (WORLD.stream().anyMatch(target.getName()::startsWith)) {
            touches.add("%s uses %s".formatted(type.getName(), target.getName()));
          }
        }
        type.getMethodCallsFromSelf().stream()
            .map(call -> call.getTargetOwner().getName() + "." + call.getName())
            .filter(CLOCKS::contains)
            .forEach(call -> touches.add("%s calls %s".formatted(type.getName(), call)));
      }
    }
    assertThat(touches).isEmpty();
  }
}
