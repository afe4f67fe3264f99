// SPDX-License-Identifier: Apache-2.0
package dev.brindle.linux.netlink;

import dev.brindle.linux.kernel.NftRefusedException;
import dev.brindle.linux.kernel.NftRefusedException.Refused;
import dev.brindle.linux.nft.NftChain;
import dev.brindle.linux.nft.NftChange;
import dev.brindle.linux.nft.NftElement;
import dev.brindle.linux.nft.NftFamily;
import dev.brindle.linux.nft.NftRule;
import dev.brindle.linux.nft.NftSet;
import dev.brindle.linux.nft.NftText;
import dev.brindle.linux.nft.NftTransaction;
import dev.brindle.linux.nft.RuleComment;
import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Iterator;
import java.util.List;
import java.util.function.Supplier;

/// A transaction as the batch of netlink messages that is sent (nf_tables.h).
public final class NftMessages {

  static final int SUBSYSTEM = 10;
  static final int NEW_TABLE = 0;
  private static final int DELETE_TABLE = 2;
  static final int NEW_CHAIN = 3;
  private static final int DELETE_CHAIN = 5;
  static final int NEW_RULE = 6;
  private static final int DELETE_RULE = 8;
  static final int NEW_SET = 9;
  private static final int DELETE_SET = 11;
  static final int NEW_ELEMENTS = 12;
  private static final int DELETE_ELEMENTS = 14;
  private static final int BATCH_BEGIN = 0x10;
  private static final int BATCH_END = 0x11;

  static final int TABLE = 1;
  private static final int ACCEPT = 1;

  private final MessageWriter out = new MessageWriter();
  private final List<Supplier<String>> origins = new ArrayList<>();
  private final List<Integer> changes = new ArrayList<>();
  private final NftSetMessages sets = new NftSetMessages(out);

  private NftMessages() {}

  /// The messages, and what each was for.
  ///
  /// @param origins of each message, for people; made when one is refused
  /// @param changes of each message, the index of the change; -1 for what frames the batch
  public record Batch(
      NftTransaction transaction,
      MessageWriter messages,
      List<Supplier<String>> origins,
      List<Integer> changes) {

    /// @param refusals at least one
    public NftRefusedException asException(List<Refusal> refusals) {
      Refusal first = refusals.getFirst();
      var refused =
          refusals.stream()
              .filter(refusal -> changes.get(refusal.index()) >= 0)
              .map(
                  refusal ->
                      new Refused(
                          transaction.changes().get(changes.get(refusal.index())),
                          refusal.errno(),
                          String.valueOf(refusal.asException(what(refusal)).getMessage())))
              .toList();
      return new NftRefusedException(what(first), first.errno(), first.detail(), refused);
    }

    private String what(Refusal refusal) {
      return "nftables: " + origins.get(refusal.index()).get();
    }
  }

  /// How many bytes a transaction of these changes has.
  public static int size(List<NftChange> changes) {
    return of(new NftTransaction(changes)).messages().size();
  }

  /// @throws IllegalArgumentException if something cannot be said in a table's family
  public static Batch of(NftTransaction transaction) {
    var messages = new NftMessages();
    messages.frame(BATCH_BEGIN);
    messages.originate(() -> "the transaction as a whole");
    messages.belong(-1);
    for (int i = 0; i < transaction.changes().size(); i++) {
      messages.write(transaction.changes().get(i));
      messages.belong(i);
    }
    messages.frame(BATCH_END);
    messages.originate(() -> "the end of the transaction");
    messages.belong(-1);
    return new Batch(transaction, messages.out, messages.origins, messages.changes);
  }

  private void frame(int type) {
    out.begin(type, 0).u8(0).u8(0).u8(0).u8(SUBSYSTEM).end();
  }

  /// Names all messages since the last call.
  private void originate(Supplier<String> origin) {
    while (origins.size() < out.count()) {
      origins.add(origin);
    }
  }

  /// Counts all messages since the last call to a change.
  private void belong(int change) {
    while (changes.size() < out.count()) {
      changes.add(change);
    }
  }

  /// `struct nfgenmsg`.
  static MessageWriter begin(MessageWriter out, int type, int flags, NftFamily family) {
    return out.begin((SUBSYSTEM << 8) | type, flags).u8(family.number()).u8(0).u16(0);
  }

  private MessageWriter begin(int type, int flags, NftFamily family, String table) {
    return begin(out, type, flags, family).text(TABLE, table);
  }

  private void write(NftChange change) {
    switch (change) {
      case NftChange.PutTable(var family, var table) -> {
        begin(NEW_TABLE, MessageFlag.CREATE, family, table).end();
        originate(() -> "put table " + table);
      }
      case NftChange.RemoveTable(var family, var table) -> {
        // made first, so that it is there in any case
        begin(NEW_TABLE, MessageFlag.CREATE, family, table).end();
        begin(DELETE_TABLE, 0, family, table).end();
        originate(() -> "remove table " + table);
      }
      case NftChange.PutChain(var family, var table, var chain) -> putChain(family, table, chain);
      case NftChange.SetRules(var family, var table, var chain, var rules) ->
          setRules(family, table, chain, rules);
      case NftChange.RemoveChain(var family, var table, var chain) -> {
        begin(DELETE_CHAIN, 0, family, table).text(3, chain).end();
        originate(() -> "remove chain %s of table %s".formatted(chain, table));
      }
      case NftChange.PutSet(var family, var table, var set) -> {
        sets.put(family, table, set);
        originate(() -> "put set %s of table %s".formatted(set.name(), table));
      }
      case NftChange.AddElements(var family, var table, var set, var elements) -> {
        elements(NEW_ELEMENTS, MessageFlag.CREATE, family, table, set, elements);
        originate(() -> "add elements to set %s of table %s".formatted(set.name(), table));
      }
      case NftChange.RemoveElements(var family, var table, var set, var elements) -> {
        elements(DELETE_ELEMENTS, 0, family, table, set, elements);
        originate(() -> "remove elements from set %s of table %s".formatted(set.name(), table));
      }
      case NftChange.RemoveSet(var family, var table, var set) -> {
        begin(DELETE_SET, 0, family, table).text(2, set).end();
        originate(() -> "remove set %s of table %s".formatted(set, table));
      }
    }
  }

  private void putChain(NftFamily family, String table, NftChain chain) {
    begin(NEW_CHAIN, MessageFlag.CREATE, family, table).text(3, chain.name());
    chain
        .base()
        .ifPresent(
            base ->
                out.open(4)
                    .bigEndian32(1, base.hook().number())
                    .bigEndian32(2, base.priority())
                    .close()
                    .bigEndian32(5, ACCEPT)
                    .text(7, base.type()));
    out.end();
    originate(() -> "put chain %s of table %s".formatted(chain.name(), table));
  }

  private void setRules(NftFamily family, String table, String chain, List<NftRule> rules) {
    begin(DELETE_RULE, 0, family, table).text(2, chain).end();
    originate(() -> "empty chain %s of table %s".formatted(chain, table));
    for (NftRule rule : rules) {
      Iterator<NftSetMessages.Anonymous> anonymous = anonymous(family, table, rule);
      begin(NEW_RULE, MessageFlag.CREATE | MessageFlag.APPEND, family, table).text(2, chain);
      out.open(4);
      var writer = new NftExpressionWriter(out, family, anonymous);
      rule.expressions().forEach(writer::write);
      out.close().bytes(7, userData(RuleComment.of(family, rule))).end();
      originate(
          () ->
              "add to chain %s of table %s the rule: %s".formatted(chain, table, NftText.of(rule)));
    }
  }

  private Iterator<NftSetMessages.Anonymous> anonymous(
      NftFamily family, String table, NftRule rule) {
    return rule.expressions().stream()
        .flatMap(expression -> AnonymousSet.of(expression).stream())
        .map(set -> sets.anonymous(family, table, set))
        .toList()
        .iterator();
  }

  /// A type, a length and the text with its NUL: what libnftnl calls a comment.
  private static byte[] userData(String comment) {
    byte[] text = comment.getBytes(StandardCharsets.US_ASCII);
    var data = new ByteArrayOutputStream();
    data.write(0);
    data.write(text.length + 1);
    data.writeBytes(text);
    data.write(0);
    return data.toByteArray();
  }

  private void elements(
      int type,
      int flags,
      NftFamily family,
      String table,
      NftSet set,
      Collection<NftElement> elements) {
    List<KernelElement> all = new ArrayList<>();
    elements.forEach(element -> all.addAll(KernelElement.of(family, set, element)));
    sets.elements(type, flags, family, table, set.name(), 0, all);
  }
}
