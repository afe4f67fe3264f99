// SPDX-License-Identifier: Apache-2.0
package dev.brindle.linux.nft;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;

/// A table of the old iptables without what Calico's agent put there: its chains, and in those of
/// others the rules that lead to them or that it marked as its own. A table of that kind is
/// replaced as a whole (`struct ipt_replace`), in which rules lead to each other by their distance
/// from the first: so what stays is moved, and with it all that leads there.
public final class OldIptablesCleaning {

  private static final String CHAIN = "cali-";
  private static final String COMMENT = "cali:";

  // struct ipt_getinfo, and struct ipt_replace
  private static final int NAME_LENGTH = 32;
  private static final int VALID_HOOKS = 32;
  private static final int HOOKS = 5;
  private static final int INFO_ENTRIES = 36;
  private static final int INFO_UNDERFLOWS = 56;
  private static final int INFO_NUMBER = 76;
  private static final int NUMBER = 36;
  private static final int SIZE = 40;
  private static final int ENTRIES = 44;
  private static final int UNDERFLOWS = 64;
  private static final int OLD_NUMBER = 84;
  private static final int COUNTERS = 88;
  private static final int HEADER = 96;

  private OldIptablesCleaning() {}

  /// What the kernel is given (`struct ipt_replace`).
  public static final class Replacement {

    private final byte[] bytes;
    private final int entries;

    private Replacement(byte[] bytes, int entries) {
      this.bytes = bytes;
      this.entries = entries;
    }

    /// How many the table has now: if it has another number then, somebody was faster.
    public int entries() {
      return entries;
    }

    /// @param counters address of room for the counters of the entries there are now
    public byte[] withCounters(long counters) {
      byte[] whole = bytes.clone();
      ByteBuffer.wrap(whole).order(ByteOrder.nativeOrder()).putLong(COUNTERS, counters);
      return whole;
    }
  }

  /// @param family 2 for IPv4, 10 for IPv6
  /// @param information of the table, as the kernel tells it
  /// @param entries all of them
  /// @return empty if nothing of Calico's is there
  /// @throws IllegalArgumentException if lengths in them do not fit
  public static Optional<Replacement> of(int family, ByteBuffer information, ByteBuffer entries) {
    ByteBuffer info = information.duplicate().order(ByteOrder.nativeOrder());
    ByteBuffer all = entries.duplicate().order(ByteOrder.nativeOrder());
    List<OldEntry> old = OldEntry.all(family, all);
    Map<Integer, String> chains = firstRules(old);
    Set<Integer> begins = begins(info);
    Map<Integer, Integer> moved = new TreeMap<>();
    ByteBuffer kept = ByteBuffer.allocate(all.limit()).order(ByteOrder.nativeOrder());
    int number = 0;
    boolean isInside = false;
    for (OldEntry entry : old) {
      // what led to one that goes leads to the next that stays
      moved.put(entry.at(), kept.position());
      isInside =
          entry.heads().map(name -> name.startsWith(CHAIN)).orElse(isInside)
              && !begins.contains(entry.at());
      if (!isInside && !isOwn(entry, all, chains)) {
        kept.put(all.slice(entry.at(), entry.length()));
        number++;
      }
    }
    if (number == old.size()) {
      return Optional.empty();
    }
    ByteBuffer whole = ByteBuffer.allocate(HEADER + kept.position()).order(ByteOrder.nativeOrder());
    whole.put(info.slice(0, NAME_LENGTH));
    whole.putInt(VALID_HOOKS, info.getInt(VALID_HOOKS));
    whole.putInt(NUMBER, number);
    whole.putInt(SIZE, kept.position());
    for (int hook = 0; hook < HOOKS; hook++) {
      if (hasHook(info, hook)) {
        int at = hook * Integer.BYTES;
        whole.putInt(ENTRIES + at, there(moved, info.getInt(INFO_ENTRIES + at)));
        whole.putInt(UNDERFLOWS + at, there(moved, info.getInt(INFO_UNDERFLOWS + at)));
      }
    }
    whole.putInt(OLD_NUMBER, info.getInt(INFO_NUMBER));
    whole.position(HEADER).put(kept.flip());
    for (OldEntry entry : OldEntry.all(family, kept)) {
      entry
          .verdictAt()
          .filter(at -> kept.getInt(at) >= 0)
          .ifPresent(at -> whole.putInt(HEADER + at, there(moved, kept.getInt(at))));
    }
    return Optional.of(new Replacement(whole.array(), info.getInt(INFO_NUMBER)));
  }

  /// Where the chains of hooks begin, which have no names.
  private static Set<Integer> begins(ByteBuffer info) {
    Set<Integer> begins = new TreeSet<>();
    for (int hook = 0; hook < HOOKS; hook++) {
      if (hasHook(info, hook)) {
        begins.add(info.getInt(INFO_ENTRIES + hook * Integer.BYTES));
      }
    }
    return begins;
  }

  private static boolean hasHook(ByteBuffer info, int hook) {
    return (info.getInt(VALID_HOOKS) & (1 << hook)) != 0;
  }

  /// By where a rule leads that leads to a chain: to what is behind its name.
  private static Map<Integer, String> firstRules(List<OldEntry> entries) {
    Map<Integer, String> names = new TreeMap<>();
    for (OldEntry entry : entries) {
      entry.heads().ifPresent(name -> names.put(entry.at() + entry.length(), name));
    }
    return names;
  }

  private static boolean isOwn(OldEntry entry, ByteBuffer all, Map<Integer, String> chains) {
    return entry.comment().startsWith(COMMENT)
        || entry
            .verdictAt()
            .map(at -> chains.getOrDefault(all.getInt(at), "").startsWith(CHAIN))
            .orElse(false);
  }

  private static int there(Map<Integer, Integer> moved, int old) {
    Integer there = moved.get(old);
    if (there == null) {
      throw new IllegalArgumentException("no entry begins at " + old);
    }
    return there;
  }
}
