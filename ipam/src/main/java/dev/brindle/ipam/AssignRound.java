// SPDX-License-Identifier: Apache-2.0
package dev.brindle.ipam;

import dev.brindle.api.net.IpFamily;
import dev.brindle.api.resource.IpPool;
import dev.brindle.api.resource.IpamConfig;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/// Serves wishes of one node and one use together: reads what the cluster says once for all of
/// them, and has those served together that may take from the same pools.
final class AssignRound {

  private final BlockStore store;
  private final BlockClaims claims;
  private final AddressTaker taker;
  private final FreeBlocks freeBlocks;
  private final ReserveYield reserve;

  AssignRound(
      BlockStore store,
      BlockClaims claims,
      AddressTaker taker,
      FreeBlocks freeBlocks,
      ReserveYield reserve) {
    this.store = store;
    this.claims = claims;
    this.taker = taker;
    this.freeBlocks = freeBlocks;
    this.reserve = reserve;
  }

  /// What decides whom a wish is served with.
  private record Terrain(List<IpPool> pools, int maxBlocks) {}

  /// IPv4 first; who does not get all of it gets no IPv6. May be done again with wishes that it
  /// could not finish.
  void serve(List<Wish> wishes) {
    for (IpFamily family : IpFamily.values()) {
      List<Wish> some = open(wishes, family);
      if (!some.isEmpty()) {
        some.forEach(Wish::begin);
        try {
          serve(some, family);
        } catch (IpamException e) {
          refuse(some, family, e);
        }
      }
      wishes.forEach(each -> each.close(family));
    }
  }

  private static List<Wish> open(List<Wish> wishes, IpFamily family) {
    return wishes.stream().filter(each -> each.missing(family) > 0).toList();
  }

  private static void refuse(List<Wish> wishes, IpFamily family, IpamException e) {
    open(wishes, family).forEach(each -> each.refuse(e.reason()));
  }

  private void serve(List<Wish> wishes, IpFamily family) {
    AssignRequest first = wishes.getFirst().request();
    IpamConfig.Spec config = store.config();
    var terms = new Terms(config.ipCooldownSeconds(), store.reservations());
    List<IpPool> all = store.pools();
    boolean isForServices = first.use() == IpPool.AllowedUse.LOAD_BALANCER; // on no node
    Map<String, String> labels =
        !isForServices && all.stream().anyMatch(PoolChoice::asksForLabels)
            ? store.nodeLabels(first.node())
            : Map.of();
    Map<Terrain, List<Wish>> alike = new LinkedHashMap<>();
    PoolChoice choice = PoolChoice.of(all, family);
    for (Wish wish : wishes) {
      try {
        List<IpPool> pools = choice.fitting(wish.request(), family, labels);
        alike
            .computeIfAbsent(new Terrain(pools, wish.request().maxBlocks()), _ -> new ArrayList<>())
            .add(wish);
      } catch (IpamException e) {
        wish.refuse(e.reason());
      }
    }
    alike.forEach(
        (terrain, some) -> {
          var pools = new AutoAssign.Pools(all, terrain.pools(), labels);
          try {
            new AutoAssign(
                    store, claims, taker, freeBlocks, reserve, some, family, pools, config, terms)
                .run();
          } catch (IpamException e) {
            refuse(some, family, e);
          }
        });
  }
}
