// SPDX-License-Identifier: Apache-2.0
package dev.brindle.controllers.pool;

import dev.brindle.api.resource.IpPool;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;

/// Which pools addresses may be taken from. Of several that have addresses in common only one may
/// be: the one that was before, and else the oldest.
public final class PoolPlan {

  private static final Comparator<IpPool> ORDER =
      Comparator.comparingInt(PoolPlan::rank)
          .thenComparing(pool -> pool.metadata().creationTimestamp())
          .thenComparing(pool -> pool.metadata().name());

  private PoolPlan() {}

  /// What is to be said of a pool.
  ///
  /// @param isHeld whether it may not go before its blocks have gone
  public record Verdict(IpPool pool, Condition condition, boolean isHeld) {}

  /// In the order in which they were judged.
  public static List<Verdict> of(Collection<IpPool> pools) {
    List<IpPool> taken = new ArrayList<>();
    List<Verdict> verdicts = new ArrayList<>();
    for (IpPool pool : pools.stream().sorted(ORDER).toList()) {
      Verdict verdict = verdict(pool, taken);
      verdicts.add(verdict);
      // who leaves has its addresses until it is gone
      if (verdict.condition().isTrue() || (pool.metadata().isLeaving() && !isDisabled(pool))) {
        taken.add(pool);
      }
    }
    return verdicts.stream().map(each -> withoutHold(each, verdicts)).toList();
  }

  /// Who leaves a network that another one in use has is let go: the blocks in it are that one's.
  private static Verdict withoutHold(Verdict verdict, List<Verdict> all) {
    boolean isShared =
        verdict.pool().metadata().isLeaving()
            && all.stream()
                .anyMatch(
                    each ->
                        each.condition().isTrue()
                            && each.pool().spec().cidr().overlaps(verdict.pool().spec().cidr()));
    return isShared ? new Verdict(verdict.pool(), verdict.condition(), false) : verdict;
  }

  /// Who may be used stays so; who leaves comes before those that wait for its addresses.
  private static int rank(IpPool pool) {
    if (pool.metadata().isLeaving()) {
      return 1;
    }
    return Condition.said(pool.status(), IpPool.ALLOCATABLE).map(yes -> yes ? 0 : 2).orElse(3);
  }

  private static boolean isDisabled(IpPool pool) {
    return pool.spec().disabled();
  }

  private static Verdict verdict(IpPool pool, List<IpPool> taken) {
    if (isDisabled(pool)) {
      return refused(pool, "PoolDisabled", "spec.disabled is true", pool.metadata().isLeaving());
    }
    if (pool.metadata().isLeaving()) {
      return refused(
          pool, "Terminating", "it is being removed, and goes when its blocks have gone", true);
    }
    Optional<IpPool> other =
        taken.stream().filter(each -> each.spec().cidr().overlaps(pool.spec().cidr())).findFirst();
    if (other.isPresent()) {
      String whose =
          "pool %s has addresses of it: %s"
              .formatted(other.get().metadata().name(), other.get().spec().cidr());
      return refused(pool, "CIDROverlap", whose, false);
    }
    return new Verdict(
        pool, new Condition(IpPool.ALLOCATABLE, true, "OK", "addresses are taken from it"), true);
  }

  private static Verdict refused(IpPool pool, String reason, String message, boolean isHeld) {
    return new Verdict(pool, new Condition(IpPool.ALLOCATABLE, false, reason, message), isHeld);
  }
}
