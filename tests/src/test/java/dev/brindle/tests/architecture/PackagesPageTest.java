// SPDX-License-Identifier: Apache-2.0
package dev.brindle.tests.architecture;

import static org.assertj.core.api.Assertions.assertThat;

import com.tngtech.archunit.core.domain.JavaClass;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;

/// Who looks for the room for a change finds it on the page.
class PackagesPageTest {

  private static final Map<String, Set<String>> TYPES =
      Brindle.CLASSES.stream()
          .filter(type -> !type.getSimpleName().equals("package-info"))
          .collect(
              Collectors.groupingBy(
                  JavaClass::getPackageName,
                  Collectors.mapping(JavaClass::getSimpleName, Collectors.toSet())));

  @Test
  void everyPackageIsNamed() {
    Set<String> named = new TreeSet<>();
    PackagesPage.rows().forEach(row -> named.addAll(row.packages()));
    assertThat(named).isEqualTo(new TreeSet<>(TYPES.keySet()));
  }

  @Test
  void everyTypeIsWhereThePageSaysItIs() {
    Set<String> astray = new TreeSet<>();
    for (PackagesPage.Row row : PackagesPage.rows()) {
      for (String type : row.types()) {
        if (row.packages().stream()
            .noneMatch(it -> TYPES.getOrDefault(it, Set.of()).contains(type))) {
          astray.add("no %s in %s".formatted(type, row.packages()));
        }
      }
    }
    assertThat(astray).isEmpty();
  }
}
