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

  private static final Set<String> PURE =
      Set.of(
          "dev.brindle.api.net",
          "dev.brindle.api.label",
          "dev.brindle.api.resource",
          "dev.brindle.api.validation",
          "dev.brindle.policy.engine",
          "dev.brindle.policy.match",
          "dev.brindle.policy.set",
          "dev.brindle.policy.rule",
          "dev.brindle.policy.trace",
          "dev.brindle.bird.bfd",
          "dev.brindle.bird.bmp",
          "dev.brindle.bird.mrt",
          "dev.brindle.bird.wire",
          "dev.brindle.bird.session",
          "dev.brindle.bird.rib",
          "dev.brindle.bird.rpki",
          "dev.brindle.bird.table",
          "dev.brindle.bird.filter",
          "dev.brindle.bird.topology",
          "dev.brindle.linux.model",
          "dev.brindle.linux.nft",
          "dev.brindle.linux.reconcile",
          "dev.brindle.linux.netlink",
          "dev.brindle.datastore.codec",
          "dev.brindle.datastore.etcd.layout",
          "dev.brindle.datastore.key",
          "dev.brindle.datastore.kubernetes.layout",
          "dev.brindle.ipam.block",
          "dev.brindle.ipam.claim",
          "dev.brindle.ipam.audit",
          "dev.brindle.felix.endpoint",
          "dev.brindle.felix.route",
          "dev.brindle.felix.render",
          "dev.brindle.felix.settings",
          "dev.brindle.cni.protocol",
          "dev.brindle.cni.pod",
          "dev.brindle.controllers.balancer",
          "dev.brindle.controllers.count",
          "dev.brindle.controllers.election",
          "dev.brindle.controllers.hostendpoint",
          "dev.brindle.controllers.kubernetes",
          "dev.brindle.controllers.leak",
          "dev.brindle.controllers.settings",
          "dev.brindle.ctl.effect",
          "dev.brindle.ctl.migrate",
          "dev.brindle.ctl.template",
          "dev.brindle.node.doctor.check",
          "dev.brindle.lab.router",
          "dev.brindle.lab.topology");

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

  @Test
  void everyPurePackageIsThere() {
    Set<String> packages = new TreeSet<>();
    Brindle.CLASSES.forEach(type -> packages.add(type.getPackageName()));
    assertThat(packages).containsAll(PURE);
  }
}
