// SPDX-License-Identifier: Apache-2.0
package dev.brindle.api.validation;

import static org.assertj.core.api.Assertions.assertThat;

import dev.brindle.api.resource.ClusterInformation;
import dev.brindle.api.resource.Metadata;
import java.util.Optional;
import java.util.SplittableRandom;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

final class ClusterDefaultsTest {

  /// A state is written `id type version ready`, with `-` for nothing.
  @ParameterizedTest(name = "{0}")
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          # story                 | stored            | type     | version | becomes
          a new store, from ctl   |                   |          |         | new - - true
          a new store, from node  |                   | k8s,bgp  | v1      | new k8s,bgp v1 true
          the node comes later    | a - - true        | k8s,bgp  | v1      | a k8s,bgp v1 true
          ctl comes later         | a k8s,bgp v1 true |          |         | a k8s,bgp v1 true
          again                   | a k8s,bgp v1 true | k8s,bgp  | v1      | a k8s,bgp v1 true
          another type            | a k8s v1 true     | kdd,k8s  | v1      | a k8s,kdd v1 true
          an upgrade              | a k8s v1 true     | k8s      | v2      | a k8s v2 true
          a store that is locked  | a k8s v1 false    | k8s      | v1      | a k8s v1 false
          not said whether locked | a k8s v1 -        | k8s      | v1      | a k8s v1 true
          no id                   | - k8s v1 true     |          |         | new k8s v1 true
          """)
  void information(
      String story,
      @Nullable String stored,
      @Nullable String type,
      @Nullable String version,
      String becomes) {
    ClusterInformation after =
        ClusterDefaults.information(
            Optional.ofNullable(stored).map(ClusterDefaultsTest::parse),
            type == null ? "" : type,
            version == null ? "" : version,
            new SplittableRandom(1));
    assertThat(text(after.spec())).isEqualTo(becomes);
    assertThat(ClusterDefaults.information(Optional.of(after), "", "", new SplittableRandom(2)))
        .isEqualTo(after);
  }

  private static ClusterInformation parse(String text) {
    String[] words = text.replace("-", "").split(" ", -1);
    Optional<Boolean> ready =
        words[3].isEmpty() ? Optional.empty() : Optional.of(Boolean.valueOf(words[3]));
    return new ClusterInformation(
        Metadata.named(ClusterInformation.DEFAULT),
        new ClusterInformation.Spec(words[0], words[1], words[2], ready, ""));
  }

  private static String text(ClusterInformation.Spec spec) {
    String id = spec.clusterGUID().matches("[0-9a-f]{32}") ? "new" : spec.clusterGUID();
    String type = spec.clusterType().isEmpty() ? "-" : spec.clusterType();
    String version = spec.calicoVersion().isEmpty() ? "-" : spec.calicoVersion();
    return "%s %s %s %s".formatted(id, type, version, spec.datastoreReady().orElseThrow());
  }
}
