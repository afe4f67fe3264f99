// SPDX-License-Identifier: Apache-2.0
package dev.brindle.linux.netlink;

import dev.brindle.linux.nft.CalicoRemains;
import dev.brindle.linux.nft.ForeignChain;
import dev.brindle.linux.nft.ForeignRule;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;

/// Rules with what tells whose they are, and their removal in one transaction (nf_tables.h).
public final class CalicoRemainsMessages {

  private static final int FIXED = 4;
  private static final int DELETE_TABLE = 2;
  private static final int DELETE_CHAIN = 5;
  private static final int DELETE_RULE = 8;
  private static final int BATCH_BEGIN = 0x10;
  private static final int BATCH_END = 0x11;
  private static final int TABLE = 1;
  private static final int RULE_CHAIN = 2;
  private static final int RULE_HANDLE = 3;
  private static final int RULE_EXPRESSIONS = 4;
  private static final int RULE_USER_DATA = 7;
  private static final int CHAIN_NAME = 3;
  private static final int USER_HEADER = 2;

  private CalicoRemainsMessages() {}

  public static Optional<ForeignRule> rule(NetlinkMessage message) {
    int family = message.body().get(0);
    Attributes found = Attributes.of(message.body(), FIXED);
    List<Attributes> expressions = new ArrayList<>();
    found.nested(RULE_EXPRESSIONS).forEach((_, value) -> expressions.add(Attributes.of(value, 0)));
    return found
        .text(TABLE)
        .map(
            table ->
                new ForeignRule(
                    family,
                    table,
                    found.text(RULE_CHAIN).orElse(""),
                    found.get(RULE_HANDLE).map(CalicoRemainsMessages::handle).orElse(0L),
                    expressions.stream().flatMap(each -> target(each).stream()).findFirst(),
                    comment(found, expressions)));
  }

  private static long handle(ByteBuffer value) {
    return value.order(ByteOrder.BIG_ENDIAN).getLong(0);
  }

  /// Of `immediate`: its data, the verdict in it, and the chain in that.
  private static Optional<String> target(Attributes expression) {
    return expression.text(1).filter("immediate"::equals).isPresent()
        ? expression.nested(2).nested(2).nested(2).text(2)
        : Optional.empty();
  }

  /// nft(8) and newer iptables keep it beside the rule, older ones as a match that always holds.
  private static String comment(Attributes rule, List<Attributes> expressions) {
    return rule.bytes(RULE_USER_DATA)
        .filter(data -> data.length > USER_HEADER && data[0] == 0)
        .map(data -> Attributes.text(Arrays.copyOfRange(data, USER_HEADER, data.length)))
        .or(() -> expressions.stream().flatMap(each -> matched(each).stream()).findFirst())
        .orElse("");
  }

  private static Optional<String> matched(Attributes expression) {
    Attributes match = expression.nested(2);
    return expression.text(1).filter("match"::equals).isPresent()
            && match.text(1).filter("comment"::equals).isPresent()
        ? match.text(3)
        : Optional.empty();
  }

  /// All or nothing. Rules first, as a chain that is jumped to cannot go.
  public static void remove(MessageWriter out, CalicoRemains remains) {
    frame(out, BATCH_BEGIN);
    for (ForeignRule rule : remains.rules()) {
      begin(out, DELETE_RULE, rule.family(), rule.table())
          .text(RULE_CHAIN, rule.chain())
          .bigEndian64(RULE_HANDLE, rule.handle())
          .end();
    }
    for (ForeignChain chain : remains.chains()) {
      begin(out, DELETE_RULE, chain.family(), chain.table()).text(RULE_CHAIN, chain.name()).end();
    }
    for (ForeignChain chain : remains.chains()) {
      begin(out, DELETE_CHAIN, chain.family(), chain.table()).text(CHAIN_NAME, chain.name()).end();
    }
    remains.tables().forEach(table -> begin(out, DELETE_TABLE, table.family(), table.name()).end());
    frame(out, BATCH_END);
  }

  private static MessageWriter begin(MessageWriter out, int type, int family, String table) {
    return out.begin((NftMessages.SUBSYSTEM << 8) | type, 0)
        .u8(family)
        .u8(0)
        .u16(0)
        .text(TABLE, table);
  }

  private static void frame(MessageWriter out, int type) {
    out.begin(type, 0).u8(0).u8(0).u8(0).u8(NftMessages.SUBSYSTEM).end();
  }
}
