// SPDX-License-Identifier: Apache-2.0
package dev.brindle.linux.nft;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
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

  // struct ipt_getinfo
  private static final int VALID_HOOKS = 32;
  private static final int HOOK_ENTRIES = 36;
  private static final int HOOKS = 5;

  /// The head of what is behind the last chain.
  private static final String END = "ERROR";

  private OldIptables() {}

  /// @param family 2 for IPv4, 10 for IPv6
  /// @param information of the table, as the kernel tells it
  /// @param entries all of them
  /// @throws IllegalArgumentException if lengths in them do not fit
  public static List<ForeignChain> chains(
      int family, String table, ByteBuffer information, ByteBuffer entries) {
    ByteBuffer info = information.duplicate().order(ByteOrder.nativeOrder());
    ByteBuffer all = entries.duplicate().order(ByteOrder.nativeOrder());
    Map<Integer, NftChain.Hook> begins = new TreeMap<>();
    for (NftChain.Hook hook : NftChain.Hook.values()) {
      int number = hook.number();
      if (number < HOOKS && (info.getInt(VALID_HOOKS) & (1 << number)) != 0) {
        begins.put(info.getInt(HOOK_ENTRIES + number * Integer.BYTES), hook);
      }
    }
    List<ForeignChain> chains = new ArrayList<>();
    Optional<Open> open = Optional.empty();
    for (OldEntry entry : OldEntry.all(family, all)) {
      NftChain.Hook hook = begins.get(entry.at());
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
    }
    open.ifPresent(chain -> chains.add(chain.closed(family, table)));
    return chains;
  }

  /// A chain whose entries are still coming.
  private static final class Open {

    private final String name;
    private final Optional<NftChain.Hook> hook;
    private final List<OldEntry> entries = new ArrayList<>();

    private Open(String name) {
      this(name, Optional.empty());
    }

    private Open(String name, Optional<NftChain.Hook> hook) {
      this.name = name;
      this.hook = hook;
    }

    /// The last entry is the policy, or the way back.
    private ForeignChain closed(int family, String table) {
      List<OldEntry> rules = entries.isEmpty() ? List.of() : entries.subList(0, entries.size() - 1);
      return new ForeignChain(
          family,
          table,
          name,
          hook.map(each -> new NftChain.Base(table.equals("nat") ? "nat" : "filter", each, 0)),
          hook.isPresent() && !entries.isEmpty() && entries.getLast().dropsAll(),
          rules.size(),
          rules.stream().anyMatch(OldEntry::dropsAll));
    }
  }
}
