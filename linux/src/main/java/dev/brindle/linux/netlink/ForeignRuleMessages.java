// SPDX-License-Identifier: Apache-2.0
package dev.brindle.linux.netlink;

import dev.brindle.linux.nft.ForeignChain;
import dev.brindle.linux.nft.NftChain;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;

/// All chains and rules of a namespace, whoever made them.
public final class ForeignRuleMessages {

  private static final int GET_CHAIN = 4;
  private static final int GET_RULE = 7;
  private static final int FIXED = 4;
  private static final int UNSPECIFIED = 0;
  private static final int IP = 2;
  private static final int IP6 = 10;
  private static final int INET = 1;

  /// They decide nothing and count or tell only.
  private static final Set<String> WITHOUT_CONDITION = Set.of("counter", "log");

  private ForeignRuleMessages() {}

  /// A rule, and the chain it is in.
  ///
  /// @param dropsAll whether it drops or rejects whatever comes to it
  public record FoundRule(int family, String table, String chain, boolean dropsAll) {}

  public static void listChains(MessageWriter out) {
    begin(out, GET_CHAIN);
  }

  public static void listRules(MessageWriter out) {
    begin(out, GET_RULE);
  }

  private static void begin(MessageWriter out, int type) {
    out.begin((NftMessages.SUBSYSTEM << 8) | type, MessageFlag.DUMP)
        .u8(UNSPECIFIED)
        .u8(0)
        .u16(0)
        .end();
  }

  /// The chain without its rules.
  public static Optional<ForeignChain> chain(NetlinkMessage message) {
    int family = message.body().get(0);
    Attributes found = Attributes.of(message.body(), FIXED);
    return found
        .text(1)
        .map(
            table ->
                new ForeignChain(
                    family,
                    table,
                    found.text(3).orElse(""),
                    base(family, found),
                    found.bigEndian(5).orElse(1) == 0,
                    0,
                    false));
  }

  /// The hooks of other families mean other places.
  private static Optional<NftChain.Base> base(int family, Attributes chain) {
    Attributes hook = chain.nested(4);
    int number = hook.bigEndian(1).orElse(-1);
    return family != IP && family != IP6 && family != INET
        ? Optional.empty()
        : Arrays.stream(NftChain.Hook.values())
            .filter(known -> known.number() == number)
            .findFirst()
            .map(
                known ->
                    new NftChain.Base(
                        chain.text(7).orElse(""), known, hook.bigEndian(2).orElse(0)));
  }

  public static Optional<FoundRule> rule(NetlinkMessage message) {
    int family = message.body().get(0);
    Attributes found = Attributes.of(message.body(), FIXED);
    return found
        .text(1)
        .map(table -> new FoundRule(family, table, found.text(2).orElse(""), dropsAll(found)));
  }

  private static boolean dropsAll(Attributes rule) {
    List<Attributes> expressions = new ArrayList<>();
    rule.nested(4).forEach((_, value) -> expressions.add(Attributes.of(value, 0)));
    return expressions.stream().anyMatch(ForeignRuleMessages::isDrop)
        && expressions.stream()
            .allMatch(each -> isDrop(each) || WITHOUT_CONDITION.contains(each.text(1).orElse("")));
  }

  /// `drop`, `reject`, or what iptables-nft makes of `-j REJECT`.
  private static boolean isDrop(Attributes expression) {
    Attributes data = expression.nested(2);
    return switch (expression.text(1).orElse("")) {
      case "immediate" ->
          data.nested(2).get(2).isPresent() && data.nested(2).nested(2).bigEndian(1).orElse(1) == 0;
      case "reject" -> true;
      case "target" -> data.text(1).filter("REJECT"::equals).isPresent();
      default -> false;
    };
  }

  /// Chains with what their rules say.
  public static List<ForeignChain> together(List<ForeignChain> chains, List<FoundRule> rules) {
    Map<List<Object>, List<FoundRule>> byChain =
        rules.stream()
            .collect(
                Collectors.groupingBy(rule -> List.of(rule.family(), rule.table(), rule.chain())));
    return chains.stream()
        .map(
            chain ->
                with(
                    chain,
                    byChain.getOrDefault(
                        List.of(chain.family(), chain.table(), chain.name()), List.of())))
        .toList();
  }

  private static ForeignChain with(ForeignChain chain, List<FoundRule> own) {
    return new ForeignChain(
        chain.family(),
        chain.table(),
        chain.name(),
        chain.base(),
        chain.dropsByPolicy(),
        own.size(),
        own.stream().anyMatch(FoundRule::dropsAll));
  }
}
