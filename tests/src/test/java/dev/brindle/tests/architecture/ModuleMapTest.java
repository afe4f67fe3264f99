// SPDX-License-Identifier: Apache-2.0
package dev.brindle.tests.architecture;

import static java.util.Map.entry;
import static org.assertj.core.api.Assertions.assertThat;

import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.library.dependencies.SlicesRuleDefinition;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import org.junit.jupiter.api.Test;

/// ARCHITECTURE.md §2: who knows whom.
class ModuleMapTest {

  private static final Map<String, Set<String>> KNOWS =
      Map.ofEntries(
          entry("api", Set.of()),
          entry("policy", Set.of("api")),
          entry("bird", Set.of("api")),
          entry("linux", Set.of("api")),
          entry("datastore", Set.of("api")),
          entry("ipam", Set.of("api", "datastore")),
          entry("felix", Set.of("api", "policy", "linux", "datastore")),
          entry("cni", Set.of("api", "datastore", "ipam", "linux")),
          entry("ctl", Set.of("api", "policy", "datastore", "ipam")),
          entry("controllers", Set.of("api", "datastore", "ipam")),
          entry("lab", Set.of("api", "linux")),
          entry("manifests", Set.of("api", "datastore")),
          entry("image", Set.of()),
          entry("node", Set.of("api", "bird", "linux", "datastore", "ipam", "felix", "cni")));

  /// Libraries that may be used in one place only.
  private static final Map<String, Set<String>> LIBRARY_USERS =
      Map.of(
          "jnr.", Set.of("linux"),
          "io.netty.", Set.of("bird", "datastore"), // there only as jetcd asks for its TLS settings
          "io.etcd.", Set.of("datastore"),
          "io.fabric8.", Set.of("datastore", "manifests"),
          "io.grpc.", Set.of("datastore"),
          "org.sqlite.", Set.of("datastore"),
          "java.sql.", Set.of("datastore"),
          "picocli.", Set.of("ctl"),
          "org.apache.commons.compress.", Set.of("image"),
          "io.prometheus.", Set.of("node", "controllers"));

  @Test
  void noModuleKnowsAStranger() {
    Set<String> strangers = new TreeSet<>();
    for (JavaClass type : Brindle.CLASSES) {
      String module = Brindle.module(type);
      Set<String> allowed = KNOWS.getOrDefault(module, Set.of());
      for (JavaClass target : Brindle.knownBy(type)) {
        String other = Brindle.module(target);
        if (!other.isEmpty() && !other.equals(module) && !allowed.contains(other)) {
          strangers.add("%s knows %s".formatted(type.getName(), target.getName()));
        }
      }
    }
    assertThat(strangers).isEmpty();
  }

  @Test
  void theMapIsComplete() {
    Set<String> modules = new TreeSet<>();
    Brindle.CLASSES.forEach(type -> modules.add(Brindle.module(type)));
    assertThat(KNOWS.keySet()).containsAll(modules);
  }

  @Test
  void librariesStayWhereTheyBelong() {
    Set<String> astray = new TreeSet<>();
    for (JavaClass type : Brindle.CLASSES) {
      for (JavaClass target : Brindle.knownBy(type)) {
        LIBRARY_USERS.forEach(
            (library, users) -> {
              if (target.getName().startsWith(library) && !users.contains(Brindle.module(type))) {
                astray.add("%s uses %s".formatted(type.getName(), target.getName()));
              }
            });
      }
    }
    assertThat(astray).isEmpty();
  }

  @Test
  void onlyJnrLibcKnowsJnr() {
    List<String> users =
        Brindle.CLASSES.stream()
            .filter(
                type ->
                    Brindle.knownBy(type).stream().anyMatch(t -> t.getName().startsWith("jnr.")))
            .map(JavaClass::getName)
            .filter(name -> !name.startsWith("dev.brindle.linux.libc.JnrLibc"))
            .toList();
    assertThat(users).isEmpty();
  }

  @Test
  void thePluginNeedsTheJdkOnly() {
    Set<String> strangers = new TreeSet<>();
    for (JavaClass type : Brindle.CLASSES) {
      if (type.getPackageName().startsWith("dev.brindle.cni.plugin")) {
        for (JavaClass target : Brindle.knownBy(type)) {
          String name = target.getName();
          if (!target.isPrimitive()
              && !name.startsWith("java.")
              && !name.startsWith("dev.brindle.cni.plugin")
              && !name.startsWith("org.jspecify.")) {
            strangers.add("%s uses %s".formatted(type.getName(), name));
          }
        }
      }
    }
    assertThat(strangers).isEmpty();
  }

  @Test
  void noModuleHasACycle() {
    SlicesRuleDefinition.slices()
        .matching("dev.brindle.(*)..")
        .should()
        .beFreeOfCycles()
        .check(Brindle.CLASSES);
  }
}
