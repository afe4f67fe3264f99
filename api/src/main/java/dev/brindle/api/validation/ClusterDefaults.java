// SPDX-License-Identifier: Apache-2.0
package dev.brindle.api.validation;

import dev.brindle.api.resource.ClusterInformation;
import dev.brindle.api.resource.Metadata;
import dev.brindle.api.resource.Rule;
import dev.brindle.api.resource.Tier;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import java.util.Optional;
import java.util.random.RandomGenerator;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/// What every cluster has, whoever comes to its store first.
public final class ClusterDefaults {

  /// Tiers that nobody may remove, in the order in which they decide.
  public static final List<Tier> TIERS =
      List.of(
          tier("kube-admin", 1_000, Rule.Action.PASS),
          tier(Tier.DEFAULT, 1_000_000, Rule.Action.DENY),
          tier("kube-baseline", 10_000_000, Rule.Action.PASS));

  private ClusterDefaults() {}

  private static Tier tier(String name, double order, Rule.Action action) {
    return new Tier(Metadata.named(name), new Tier.Spec(Optional.of(order), action));
  }

  /// What the cluster's information has to be. A store that is locked stays locked.
  ///
  /// @param type words with commas between, added to those that are there; may be empty
  /// @param version of who asks; empty to leave it as it is
  /// @param random for the id of a cluster that has none
  /// @return equal to `stored` if nothing has to be written
  public static ClusterInformation information(
      Optional<ClusterInformation> stored, String type, String version, RandomGenerator random) {
    ClusterInformation before =
        stored.orElseGet(
            () ->
                new ClusterInformation(
                    Metadata.named(ClusterInformation.DEFAULT),
                    new ClusterInformation.Spec("", "", "", Optional.empty(), "")));
    ClusterInformation.Spec spec = before.spec();
    return new ClusterInformation(
        before.metadata(),
        new ClusterInformation.Spec(
            spec.clusterGUID().isEmpty() ? id(random) : spec.clusterGUID(),
            merged(spec.clusterType(), type),
            version.isEmpty() ? spec.calicoVersion() : version,
            Optional.of(spec.datastoreReady().orElse(true)),
            spec.variant()));
  }

  /// 32 hexadecimal digits.
  private static String id(RandomGenerator random) {
    HexFormat hex = HexFormat.of();
    return hex.toHexDigits(random.nextLong()) + hex.toHexDigits(random.nextLong());
  }

  private static String merged(String stored, String added) {
    return Stream.of(stored, added)
        .flatMap(text -> Arrays.stream(text.split(",", -1)))
        .filter(word -> !word.isEmpty())
        .distinct()
        .collect(Collectors.joining(","));
  }
}
