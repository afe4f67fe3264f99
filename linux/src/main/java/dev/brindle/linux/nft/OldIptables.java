// SPDX-License-Identifier: Apache-2.0
package dev.brindle.linux.nft;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/// A table of the old iptables, which nf_tables does not know, out of the bytes that the kernel
/// gives (`struct ipt_getinfo`, `struct ipt_entry`, and the same for IPv6): one entry after the
/// other, where the entries of a chain are beside each other, and the last is what happens to who
/// met none.
public final class OldIptables {

  private static final int IP = 2;
  private static final int IP6 = 10;

  // struct ipt_getinfo
  private static final int VALID_HOOKS = 32;
  private static final int HOOK_ENTRIES = 36;
  private static final int HOOKS = 5;

  // struct xt_entry_target
  private static final int TARGET_NAME = 2;
  private static final int TARGET_DATA = 32;
  private static final String ERROR = "ERROR";
  private static final String END = "ERROR";
  private static final int DROP = -1;

  private OldIptables() {}

  /// What differs between the families: where things are in an entry.
  private record Shape(int address, int target, int next, int header) {

    static Shape of(int family) {
      return family == IP6 ? new Shape(136, 140, 142, 168) : new Shape(84, 88, 90, 112);
    }
  }

  /// @param family 2 for IPv4, 10 for IPv6
  /// @param information of the table, as the kernel tells it
  /// @param entries all of them
  /// @throws IllegalArgumentException if lengths in them do not fit
  public static List<ForeignChain> chains(
      int family, String table, ByteBuffer information, ByteBuffer entries) {
    ByteBuffer info = information.duplicate().order(ByteOrder.nativeOrder());
    ByteBuffer all = entries.duplicate().order(ByteOrder.nativeOrder());
    Shape shape = Shape.of(family);
    Map<Integer, NftChain.Hook> begins = new TreeMap<>();
    for (NftChain.Hook hook : NftChain.Hook.values()) {
      int number = hook.number();
      if (number < HOOKS && (info.getInt(VALID_HOOKS) & (1 << number)) != 0) {
        begins.put(info.getInt(HOOK_ENTRIES + number * Integer.BYTES), hook);
      }
    }
    List<ForeignChain> chains = new ArrayList<>();
    Optional<Open> open = Optional.empty();
    int at = 0;
    while (at < all.limit()) {
      Entry entry = Entry.at(all, at, shape);
      NftChain.Hook hook = begins.get(at);
      if (hook != null || entry.heads().isPresent()) {
        open.ifPresent(chain -> chains.add(chain.closed(family, table)));
        open =
            hook != null
                ? Optional.of(new Open(hook.name().toUpperCase(Locale.ROOT), Optional.of(hook)))
                : entry.heads().filter(name -> !name.equals(END)).map(Open::new);
      }
      if (entry.heads().isEmpty()) {
        open.ifPresent(chain -> chain.entries.add(entry));
      }
      at += entry.length();
    }
    open.ifPresent(chain -> chains.add(chain.closed(family, table)));
    return chains;
  }

  /// @param heads the name of the chain that begins with it
  /// @param dropsAll whether it drops or rejects whatever comes to it
  private record Entry(int length, Optional<String> heads, boolean dropsAll) {

    static Entry at(ByteBuffer all, int at, Shape shape) {
      int target = at + (all.getShort(at + shape.target()) & 0xffff);
      int length = all.getShort(at + shape.next()) & 0xffff;
      if (length < shape.header() || at + length > all.limit() || target >= at + length) {
        throw new IllegalArgumentException(
            "an entry of %d bytes at %d of %d".formatted(length, at, all.limit()));
      }
      String name = text(all, target + TARGET_NAME);
      boolean hasConditions = target - at > shape.header();
      for (int i = 0; i < shape.address(); i++) {
        hasConditions |= all.get(at + i) != 0;
      }
      boolean drops =
          name.equals("REJECT") || (name.isEmpty() && all.getInt(target + TARGET_DATA) == DROP);
      return new Entry(
          length,
          name.equals(ERROR) ? Optional.of(text(all, target + TARGET_DATA)) : Optional.empty(),
          drops && !hasConditions);
    }

    private static String text(ByteBuffer all, int at) {
      int end = at;
      while (end < all.limit() && all.get(end) != 0) {
        end++;
      }
      var bytes = new byte[end - at];
      all.get(at, bytes);
      return new String(bytes, StandardCharsets.US_ASCII);
    }
  }

  /// A chain whose entries are still coming.
  private static final class Open {

    private final String name;
    private final Optional<NftChain.Hook> hook;
    private final List<Entry> entries = new ArrayList<>();

    private Open(String name) {
      this(name, Optional.empty());
    }

    private Open(String name, Optional<NftChain.Hook> hook) {
      this.name = name;
      this.hook = hook;
    }

    /// The last entry is the policy, or the way back.
    private ForeignChain closed(int family, String table) {
      List<Entry> rules = entries.isEmpty() ? List.of() : entries.subList(0, entries.size() - 1);
      return new ForeignChain(
          family == IP6 ? IP6 : IP,
          table,
          name,
          hook.map(each -> new NftChain.Base(table.equals("nat") ? "nat" : "filter", each, 0)),
          hook.isPresent() && !entries.isEmpty() && entries.getLast().dropsAll(),
          rules.size(),
          rules.stream().anyMatch(Entry::dropsAll));
    }
  }
}
