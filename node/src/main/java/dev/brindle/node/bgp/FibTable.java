// SPDX-License-Identifier: Apache-2.0
package dev.brindle.node.bgp;

import dev.brindle.api.net.Cidr;
import dev.brindle.api.net.IpAddress;
import dev.brindle.api.net.IpFamily;
import dev.brindle.bird.table.PrefixIndex;
import dev.brindle.node.bgp.GatewaySets.GatewaySet;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/// The prefixes of one family: what is wanted of each and what the kernel has, in arrays by the
/// prefix's number. A full table takes some 40 octets a prefix.
final class FibTable {

  /// Waits to be looked at.
  static final int QUEUED = 1;

  /// A peer has spoken of it since the start.
  static final int SPOKEN = 2;

  /// The walk that is under way has met it.
  static final int SEEN = 4;

  /// It changed while the walk was under way, which so says nothing about it.
  static final int TOUCHED = 8;

  /// Known by BGP and not in the kernel as it should be.
  static final int MISSING = 16;

  /// The kernel did not take the last change.
  static final int REFUSED = 32;

  private final IpFamily family;
  private final PrefixIndex prefixes;
  private @Nullable GatewaySet[] wanted = new GatewaySet[64];
  private @Nullable Way[] present = new Way[64];
  private byte[] marks = new byte[64];
  private final IntQueue queue = new IntQueue();
  private int size;
  private int missing;

  /// @param seed that nobody who chooses prefixes knows
  FibTable(IpFamily family, long seed) {
    this.family = family;
    prefixes = family == IpFamily.IPV4 ? PrefixIndex.ipv4(seed) : PrefixIndex.ipv6(seed);
  }

  int find(Cidr prefix) {
    IpAddress address = prefix.address();
    return family == IpFamily.IPV4
        ? prefixes.find(address.low(), 0, prefix.length())
        : prefixes.find(address.high(), address.low(), prefix.length());
  }

  int add(Cidr prefix) {
    IpAddress address = prefix.address();
    int id =
        family == IpFamily.IPV4
            ? prefixes.add(address.low(), 0, prefix.length())
            : prefixes.add(address.high(), address.low(), prefix.length());
    if (id >= marks.length) {
      int length = Math.max(id + 1, marks.length + (marks.length >> 1));
      wanted = Arrays.copyOf(wanted, length);
      present = Arrays.copyOf(present, length);
      marks = Arrays.copyOf(marks, length);
    }
    return id;
  }

  Cidr cidr(int id) {
    IpAddress address =
        family == IpFamily.IPV4
            ? IpAddress.ofIpv4(prefixes.high(id))
            : IpAddress.ofIpv6(prefixes.high(id), prefixes.low(id));
    return new Cidr(address, prefixes.length(id));
  }

  boolean isUsed(int id) {
    return prefixes.isUsed(id);
  }

  /// All numbers are below it.
  int limit() {
    return prefixes.limit();
  }

  /// Nothing is wanted of it, and the kernel has nothing.
  void free(int id) {
    setMissing(id, false);
    marks[id] = 0;
    prefixes.remove(id);
  }

  @Nullable GatewaySet wanted(int id) {
    return wanted[id];
  }

  void want(int id, @Nullable GatewaySet set) {
    wanted[id] = set;
  }

  @Nullable Way present(int id) {
    return present[id];
  }

  void setPresent(int id, @Nullable Way way) {
    size += (way == null ? 0 : 1) - (present[id] == null ? 0 : 1);
    present[id] = way;
  }

  boolean has(int id, int mark) {
    return (marks[id] & mark) != 0;
  }

  void mark(int id, int mark) {
    marks[id] |= (byte) mark;
  }

  void unmark(int id, int mark) {
    marks[id] &= (byte) ~mark;
  }

  void unmarkAll(int mark) {
    for (int id = 0; id < limit(); id++) {
      unmark(id, mark);
    }
  }

  void setMissing(int id, boolean is) {
    if (has(id, MISSING) != is) {
      missing += is ? 1 : -1;
      marks[id] ^= MISSING;
    }
  }

  void enqueue(int id) {
    if (!has(id, QUEUED)) {
      mark(id, QUEUED);
      queue.add(id);
    }
  }

  void enqueueAll() {
    for (int id = 0; id < limit(); id++) {
      if (isUsed(id)) {
        enqueue(id);
      }
    }
  }

  /// The next to look at, which may have been freed; `PrefixIndex.NONE` if there is none.
  int next() {
    if (queue.isEmpty()) {
      return PrefixIndex.NONE;
    }
    int id = queue.remove();
    unmark(id, QUEUED);
    return id;
  }

  boolean isIdle() {
    return queue.isEmpty();
  }

  /// How many routes of ours the kernel has.
  int size() {
    return size;
  }

  int missing() {
    return missing;
  }
}
