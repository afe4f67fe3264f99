// SPDX-License-Identifier: Apache-2.0
package dev.brindle.bird.rpki;

import dev.brindle.api.net.AsNumber;
import dev.brindle.api.net.Cidr;
import dev.brindle.bird.filter.RouteOrigins;
import dev.brindle.bird.filter.RpkiState;
import dev.brindle.bird.wire.AsPath;
import dev.brindle.bird.wire.AsPath.Segment;

/// All VRPs there are, in primitive arrays, and what they make of a route (RFC 6811 §2). One owner.
///
/// A prefix is looked for once for each length that some VRP has and that is not longer than its
/// own.
public final class VrpTable implements RouteOrigins {

  private final VrpLevels ipv4;
  private final VrpLevels ipv6;
  private AsNumber local;

  /// @param local our AS: where a path names none, it is the origin
  /// @param seed not known to the caches
  public VrpTable(AsNumber local, long seed) {
    this.local = local;
    this.ipv4 = new VrpLevels(false, seed);
    this.ipv6 = new VrpLevels(true, seed);
  }

  public void setLocal(AsNumber changed) {
    local = changed;
  }

  public int size() {
    return ipv4.size() + ipv6.size();
  }

  /// What it takes in memory, objects of constant size left out.
  public long bytes() {
    return ipv4.bytes() + ipv6.bytes();
  }

  // ---- judging

  @Override
  public RpkiState state(Cidr prefix, AsPath path) {
    boolean isIpv4 = prefix.address().isIpv4();
    long high = isIpv4 ? prefix.address().low() : prefix.address().high();
    long low = isIpv4 ? 0 : prefix.address().low();
    return (isIpv4 ? ipv4 : ipv6).state(high, low, prefix.length(), origin(path));
  }

  /// RFC 6811 §2: the last AS, ours where the path has none or ends inside our confederation, none
  /// (0 here, which fits nothing) where it ends with a set.
  private int origin(AsPath path) {
    if (path.segments().isEmpty()) {
      return (int) local.value();
    }
    Segment last = path.segments().getLast();
    return switch (last.type()) {
      case SEQUENCE -> (int) last.numbers().getLast().value();
      case SET -> 0;
      case CONFED_SEQUENCE, CONFED_SET -> (int) local.value();
    };
  }

  // ---- changing

  /// From now on what is added is new, or takes the place of what is there; `sweep` removes what
  /// was not added again.
  public void beginReplacement() {
    ipv4.beginReplacement();
    ipv6.beginReplacement();
  }

  /// Takes in all of a batch at once.
  ///
  /// @param isWhole it takes the place of all there is
  /// @throws CacheErrorException as of `take`; what came before is taken
  public void apply(VrpBatch batch, boolean isWhole, VrpChanges changes) {
    if (isWhole) {
      beginReplacement();
    }
    for (int i = 0; i < batch.size(); i++) {
      take(batch, i, changes);
    }
    for (long at = isWhole ? 0 : -1; at >= 0; ) {
      at = sweep(at, Integer.MAX_VALUE >> 1, changes);
    }
  }

  /// Takes in one entry of a batch.
  ///
  /// @throws CacheErrorException if it is there already, or is not there to be withdrawn
  /// @throws dev.brindle.bird.table.TableFullException if there is no room
  public void take(VrpBatch batch, int at, VrpChanges changes) {
    VrpLevels levels = batch.isIpv6(at) ? ipv6 : ipv4;
    boolean isChange =
        batch.isAnnounced(at) ? announce(levels, batch, at) : withdraw(levels, batch, at);
    if (isChange) {
      changes.add(batch.isIpv6(at), batch.high(at), batch.length(at));
    }
  }

  private static boolean announce(VrpLevels levels, VrpBatch batch, int at) {
    return switch (levels.add(
        batch.high(at), batch.low(at), batch.length(at), batch.maxLength(at), batch.as(at))) {
      case NEW -> true;
      case KEPT -> false;
      case DUPLICATE ->
          throw new CacheErrorException(
              RtrError.DUPLICATE_ANNOUNCEMENT, "%s is there already".formatted(batch.vrp(at)));
    };
  }

  private static boolean withdraw(VrpLevels levels, VrpBatch batch, int at) {
    if (!levels.remove(
        batch.high(at), batch.low(at), batch.length(at), batch.maxLength(at), batch.as(at))) {
      throw new CacheErrorException(
          RtrError.WITHDRAWAL_OF_UNKNOWN, "%s is not there".formatted(batch.vrp(at)));
    }
    return true;
  }

  /// Removes some of what was not added again since `beginReplacement`.
  ///
  /// @param cursor 0, then what came back
  /// @return where to go on; negative when all is done
  public long sweep(long cursor, int most, VrpChanges changes) {
    long ofIpv4 = cursor & 0xffff_ffffL;
    long ofIpv6 = cursor >>> 32;
    if (ofIpv4 < ipv4.limit()) {
      int next = ipv4.sweep((int) ofIpv4, most, changes);
      return next | (ofIpv6 << 32);
    }
    if (ofIpv6 < ipv6.limit()) {
      long next = ipv6.sweep((int) ofIpv6, most, changes);
      return ofIpv4 | (next << 32);
    }
    return -1;
  }
}
