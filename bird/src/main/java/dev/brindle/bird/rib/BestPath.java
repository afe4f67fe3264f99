// SPDX-License-Identifier: Apache-2.0
package dev.brindle.bird.rib;

import static dev.brindle.bird.rib.Choice.Rule.ADDRESS;
import static dev.brindle.bird.rib.Choice.Rule.AS_PATH;
import static dev.brindle.bird.rib.Choice.Rule.CLUSTER_LIST;
import static dev.brindle.bird.rib.Choice.Rule.EXTERNAL;
import static dev.brindle.bird.rib.Choice.Rule.IDENTIFIER;
import static dev.brindle.bird.rib.Choice.Rule.LAST_RESORT;
import static dev.brindle.bird.rib.Choice.Rule.LOCAL_PREF;
import static dev.brindle.bird.rib.Choice.Rule.MULTI_EXIT_DISC;
import static dev.brindle.bird.rib.Choice.Rule.NAME;
import static dev.brindle.bird.rib.Choice.Rule.ONLY_PATH;
import static dev.brindle.bird.rib.Choice.Rule.ORIGIN;
import static dev.brindle.bird.rib.Choice.Rule.PATH_ID;
import static dev.brindle.bird.rib.Choice.Rule.PREFERENCE;

import dev.brindle.api.net.AsNumber;
import dev.brindle.api.net.IpAddress;
import dev.brindle.bird.rib.Choice.Rule;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;

/// The decision which path is best (RFC 4271 §9.1.2.2). The order of arrival plays no part.
public final class BestPath {

  /// As many gateways as Calico lets a route have.
  private static final int MAX_EQUALS = 16;

  private static final Comparator<IpAddress> LOWEST = Comparator.naturalOrder();
  private static final Comparator<Path> LOWEST_ID =
      Comparator.comparing(Path::pathId, Integer::compareUnsigned);

  private List<Path> left;
  private List<Path> equals = List.of();
  private Rule decidedBy = ONLY_PATH;
  private final IdentityHashMap<Path, Rule> ruledOut = new IdentityHashMap<>();

  private BestPath(List<Path> candidates) {
    left = candidates;
  }

  /// Empty if there is no path.
  public static Optional<Choice> choose(List<Path> candidates) {
    return switch (candidates.size()) {
      case 0 -> Optional.empty();
      case 1 -> Optional.of(new Choice(candidates.getFirst(), candidates, ONLY_PATH));
      default -> Optional.of(new BestPath(candidates).decide());
    };
  }

  /// With a path that was the best before: of equal external ones it stays so, unless another is
  /// of the same router (RFC 5004 §3).
  ///
  /// @param standing one of the candidates
  public static Choice choose(List<Path> candidates, Path standing) {
    BestPath decision = new BestPath(candidates);
    Choice first = decision.decide();
    boolean stays =
        !first.best().equals(standing)
            && decision.equals.contains(standing)
            && standing.source().kind() == Source.Kind.EXTERNAL
            && !identifier(standing).equals(identifier(first.best()));
    return stays ? new Choice(standing, first.equals(), Rule.OLDER) : first;
  }

  /// By which rule each path fell, in their order; empty for the best.
  ///
  /// @param best the same object as one of the candidates: the one that counts
  public static List<Optional<Rule>> ruledOut(List<Path> candidates, Path best) {
    BestPath decision = new BestPath(candidates);
    if (!decision.decide().best().equals(best)) {
      for (Path equal : decision.equals) {
        decision.ruledOut.put(equal, Rule.OLDER);
      }
      decision.ruledOut.remove(best);
    }
    return candidates.stream().map(it -> Optional.ofNullable(decision.ruledOut.get(it))).toList();
  }

  private Choice decide() {
    keep(LAST_RESORT, Comparator.comparing(Path::isLastResort));
    keep(PREFERENCE, Comparator.comparingInt(path -> -path.preference()));
    keep(LOCAL_PREF, Comparator.comparingLong(path -> -path.localPref()));
    keep(AS_PATH, Comparator.comparingInt(path -> path.attributes().asPath().length()));
    keep(ORIGIN, Comparator.comparing(path -> path.attributes().origin()));
    keepLowestMedOfEachNeighbour();
    keep(EXTERNAL, Comparator.comparingInt(path -> path.source().kind().rank()));
    equals = left;
    keep(IDENTIFIER, Comparator.comparing(BestPath::identifier, LOWEST));
    keep(CLUSTER_LIST, Comparator.comparingInt(path -> path.attributes().clusterList().size()));
    keep(ADDRESS, Comparator.comparing(path -> path.source().address(), LOWEST));
    keep(NAME, Comparator.comparing(path -> path.source().name()));
    keep(PATH_ID, LOWEST_ID);
    return new Choice(left.getFirst(), firstOf(equals), decidedBy);
  }

  private void keep(Rule rule, Comparator<Path> order) {
    if (left.size() == 1) {
      return;
    }
    List<Path> kept = new ArrayList<>(left.size());
    for (Path path : left) {
      int comparison = kept.isEmpty() ? 0 : order.compare(path, kept.getFirst());
      if (comparison < 0) {
        kept.clear();
      }
      if (comparison <= 0) {
        kept.add(path);
      }
    }
    settle(rule, kept);
  }

  /// MED says nothing about paths of different neighbours (§9.1.2.2 c), so each neighbour's are
  /// compared among themselves, all at once: no order of arrival can matter. None counts as 0.
  private void keepLowestMedOfEachNeighbour() {
    if (left.size() == 1) {
      return;
    }
    Map<Optional<AsNumber>, Long> lowest = new HashMap<>();
    for (Path path : left) {
      lowest.merge(path.attributes().asPath().first(), med(path), Math::min);
    }
    settle(
        MULTI_EXIT_DISC,
        left.stream()
            .filter(
                path -> Objects.equals(lowest.get(path.attributes().asPath().first()), med(path)))
            .toList());
  }

  private void settle(Rule rule, List<Path> kept) {
    if (kept.size() < left.size()) {
      decidedBy = rule;
      left.forEach(path -> ruledOut.put(path, rule));
      kept.forEach(ruledOut::remove);
    }
    left = kept;
  }

  private static long med(Path path) {
    return path.attributes().multiExitDisc().orElse(0);
  }

  /// RFC 4456 §9: the originator's in place of the reflector's.
  private static IpAddress identifier(Path path) {
    return path.attributes().originatorId().orElse(path.source().identifier());
  }

  /// In a fixed order, so that the same set gives the same answer.
  private static List<Path> firstOf(List<Path> equals) {
    return equals.stream()
        .sorted(
            Comparator.<Path, IpAddress>comparing(path -> path.source().address(), LOWEST)
                .thenComparing(path -> path.source().name())
                .thenComparing(LOWEST_ID))
        .limit(MAX_EQUALS)
        .toList();
  }
}
