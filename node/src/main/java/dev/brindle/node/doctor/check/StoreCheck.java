// SPDX-License-Identifier: Apache-2.0
package dev.brindle.node.doctor.check;

import dev.brindle.api.resource.BlockAffinity;
import dev.brindle.api.resource.CalicoNode;
import dev.brindle.api.resource.ClusterInformation;
import dev.brindle.datastore.Distrust;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.stream.Collectors;

/// The store, and what is in it of nodes that are gone.
public final class StoreCheck {

  private static final Duration SLOW = Duration.ofSeconds(1);

  private StoreCheck() {}

  /// @param took to answer one question
  public static List<Finding> answers(
      String name, Duration took, Optional<ClusterInformation> cluster) {
    if (cluster
        .filter(each -> each.spec().datastoreReady().filter(ready -> !ready).isPresent())
        .isPresent()) {
      return List.of(Symptom.STORE_LOCKED.at(name + " says datastoreReady: false"));
    }
    return took.compareTo(SLOW) > 0
        ? List.of(Symptom.STORE_SLOW.at("%s took %d ms to answer".formatted(name, took.toMillis())))
        : List.of(
            Finding.ok(Check.STORE, "%s answers after %d ms".formatted(name, took.toMillis())));
  }

  /// A server's certificate as it shows it to everybody.
  public record Shown(
      String server,
      String subject,
      String issuer,
      Instant from,
      Instant until,
      List<String> names) {

    public Shown {
      names = List.copyOf(names);
    }

    @Override
    public String toString() {
      return "%s shows the certificate %s, signed by %s, which counts from %s until %s for %s"
          .formatted(server, subject, issuer, from, until, names);
    }
  }

  /// @param said why there was no answer
  /// @param distrust if that was about certificates
  /// @param shown by the servers
  public static Finding away(String said, Optional<Distrust> distrust, List<Shown> shown) {
    String seen =
        shown.isEmpty()
            ? said
            : shown.stream()
                .map(Shown::toString)
                .collect(Collectors.joining("; ", said + "; ", ""));
    return distrust.map(StoreCheck::symptom).orElse(Symptom.STORE_AWAY).at(seen);
  }

  private static Symptom symptom(Distrust distrust) {
    return switch (distrust) {
      case UNKNOWN_AUTHORITY -> Symptom.STORE_AUTHORITY;
      case OTHER_TIME -> Symptom.STORE_CERTIFICATE_TIME;
      case OTHER_NAME -> Symptom.STORE_CERTIFICATE_NAME;
      case REFUSED -> Symptom.STORE_REFUSES_CERTIFICATE;
    };
  }

  /// @param claims on blocks
  public static List<Finding> leftBehind(List<CalicoNode> nodes, List<BlockAffinity> claims) {
    Set<String> known =
        nodes.stream().map(node -> node.metadata().name()).collect(Collectors.toSet());
    Map<String, Long> gone =
        claims.stream()
            .map(claim -> claim.spec().node())
            .filter(node -> !known.contains(node) && !node.equals("load-balancer"))
            .collect(Collectors.groupingBy(node -> node, TreeMap::new, Collectors.counting()));
    return gone.isEmpty()
        ? List.of(
            Finding.ok(
                Check.IPAM, "%d blocks, all of nodes that are there".formatted(claims.size())))
        : List.of(
            Symptom.IPAM_OF_GONE_NODES.at(
                gone.entrySet().stream()
                    .map(each -> "%s has %d blocks".formatted(each.getKey(), each.getValue()))
                    .limit(5)
                    .collect(Collectors.joining(", "))));
  }
}
