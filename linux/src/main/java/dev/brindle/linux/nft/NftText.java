// SPDX-License-Identifier: Apache-2.0
package dev.brindle.linux.nft;

import static java.util.stream.Collectors.joining;

import dev.brindle.api.net.Cidr;
import dev.brindle.api.net.PortRange;
import dev.brindle.api.net.Protocol;
import dev.brindle.linux.nft.NftExpression.Direction;
import dev.brindle.linux.nft.NftExpression.Side;
import java.util.Collection;
import java.util.Locale;

/// Tables in the language of nft(8): for people, golden files and hashes.
public final class NftText {

  private NftText() {}

  public static String of(NftTable table) {
    var out = new StringBuilder();
    out.append("table %s %s {\n".formatted(lower(table.family()), table.name()));
    table.sets().values().forEach(set -> out.append(of(table.family(), set)));
    table.chains().values().forEach(chain -> out.append(of(chain)));
    return out.append("}\n").toString();
  }

  private static String of(NftFamily family, NftSet set) {
    String address = family == NftFamily.IP6 ? "ipv6_addr" : "ipv4_addr";
    String type =
        switch (set.key()) {
          case ADDRESS -> address;
          case PREFIX -> address + "; flags interval";
          case ADDRESS_PROTOCOL_PORT -> address + " . inet_proto . inet_service";
          case INTERFACE -> "ifname";
        };
    String elements =
        PrefixCover.installed(set).stream().map(NftText::of).sorted().collect(joining(", "));
    return "\t%s %s {\n\t\ttype %s%s\n%s\t}\n"
        .formatted(
            set.isMap() ? "map" : "set",
            set.name(),
            type,
            set.isMap() ? " : verdict" : "",
            elements.isEmpty() ? "" : "\t\telements = { " + elements + " }\n");
  }

  static String of(NftElement element) {
    return switch (element) {
      case NftElement.Net(var cidr) -> text(cidr);
      case NftElement.Endpoint(var address, var protocol, var port) ->
          "%s . %s . %d".formatted(address, text(protocol), port);
      case NftElement.GoTo(var name, var chain) -> "\"%s\" : goto %s".formatted(name, chain);
    };
  }

  private static String of(NftChain chain) {
    String base =
        chain
            .base()
            .map(
                b ->
                    "\t\ttype %s hook %s priority %d; policy accept;\n"
                        .formatted(b.type(), lower(b.hook()), b.priority()))
            .orElse("");
    String rules = chain.rules().stream().map(rule -> "\t\t" + of(rule) + "\n").collect(joining());
    return "\tchain %s {\n%s%s\t}\n".formatted(chain.name(), base, rules);
  }

  /// One line.
  public static String of(NftRule rule) {
    String text = rule.expressions().stream().map(NftText::of).collect(joining(" "));
    return rule.comment().isEmpty()
        ? text
        : "%s comment \"%s\"".formatted(text, RuleComment.plain(rule.comment()));
  }

  public static String of(NftExpression expression) {
    return switch (expression) {
      case NftExpression.Interface(var direction, var name, var negated) ->
          "%s %s\"%s\"".formatted(device(direction), not(negated), name);
      case NftExpression.Address(var side, var cidr, var negated) ->
          "%s %s%s".formatted(address(side, cidr), not(negated), text(cidr));
      case NftExpression.Addresses(var side, var cidrs, var negated) ->
          cidrs.isEmpty()
              ? never(negated)
              : "%s %s%s".formatted(address(side, cidrs.getFirst()), not(negated), prefixes(cidrs));
      case NftExpression.InSet(var side, var set, var negated) ->
          "%s %s@%s".formatted(addressOf(side), not(negated), set);
      case NftExpression.InPortSet(var side, var set, var negated) ->
          "%s . meta l4proto . %s %s@%s".formatted(addressOf(side), port(side), not(negated), set);
      case NftExpression.L4Protocol(var protocol, var negated) ->
          "meta l4proto %s%s".formatted(not(negated), text(protocol));
      case NftExpression.Ports(var side, var ports, var negated) ->
          ports.isEmpty()
              ? never(negated)
              : "%s %s%s".formatted(port(side), not(negated), ranges(ports));
      case NftExpression.Icmp(var type, var code, var negated) ->
          "icmp type %s%s"
              .formatted(not(negated), code.map(c -> type + " code " + c).orElse("" + type));
      case NftExpression.CtState(var states) ->
          "ct state " + states.stream().sorted().map(NftText::lower).collect(joining(","));
      case NftExpression.CtDnat(var negated) -> "ct status " + not(negated) + "dnat";
      case NftExpression.MarkIs(var mask, var value, var negated) ->
          "meta mark & 0x%08x %s 0x%08x".formatted(mask, negated ? "!=" : "==", value);
      case NftExpression.ReversePathFails(var byMark) ->
          byMark ? "fib saddr . mark . iif oif missing" : "fib saddr . iif oif missing";
      case NftExpression.LocalAddress(var side, var negated) ->
          "fib %s type %slocal".formatted(side == Side.SOURCE ? "saddr" : "daddr", not(negated));
      case NftExpression.Limit(var packets, var seconds, var burst) ->
          "limit rate %d/%s burst %d packets".formatted(packets, unit(seconds), burst);
      case NftExpression.RateOver(var packets, var burst) ->
          "limit rate over %d/second burst %d packets".formatted(packets, burst);
      case NftExpression.ConnectionsOver(var count) -> "ct count over " + count;
      case NftExpression.Counter() -> "counter";
      case NftExpression.SetMark(var mask, var value) ->
          "meta mark set meta mark & 0x%08x | 0x%08x".formatted(~mask, value);
      case NftExpression.SetDscp(var dscp) -> "dscp set " + dscp; // the family is the table's
      case NftExpression.Log(var prefix) ->
          "log prefix \"%s\"".formatted(RuleComment.plain(prefix));
      case NftExpression.NoTrack() -> "notrack";
      case NftExpression.InterfaceMap(var direction, var map) ->
          "%s vmap @%s".formatted(device(direction), map);
      case NftExpression.Verdict(var kind) -> lower(kind);
      case NftExpression.Jump(var chain) -> "jump " + chain;
      case NftExpression.Goto(var chain) -> "goto " + chain;
      case NftExpression.Reject(var tcpReset) -> tcpReset ? "reject with tcp reset" : "reject";
      case NftExpression.Masquerade(var ports, var fullyRandom) ->
          "masquerade"
              + ports.map(range -> " to :" + text(range)).orElse("")
              + (fullyRandom ? " fully-random" : "");
      case NftExpression.Snat(var to, var ports) ->
          "snat to " + to + ports.map(range -> ":" + text(range)).orElse("");
      case NftExpression.Dnat(var to) -> "dnat to " + to;
    };
  }

  private static String lower(Enum<?> value) {
    return value.name().toLowerCase(Locale.ROOT);
  }

  private static String not(boolean negated) {
    return negated ? "!= " : "";
  }

  /// An empty list: nothing is in it, so everything is not in it.
  private static String never(boolean negated) {
    return negated ? "meta length >= 0" : "meta length 0";
  }

  private static String device(Direction direction) {
    return direction == Direction.IN ? "iifname" : "oifname";
  }

  private static String address(Side side, Cidr cidr) {
    return (cidr.address().isIpv4() ? "ip " : "ip6 ") + (side == Side.SOURCE ? "saddr" : "daddr");
  }

  private static String addressOf(Side side) {
    return side == Side.SOURCE ? "saddr" : "daddr"; // the family is the table's
  }

  private static String port(Side side) {
    return side == Side.SOURCE ? "th sport" : "th dport";
  }

  private static String text(Cidr cidr) {
    return cidr.isHost() ? cidr.address().toString() : cidr.toString();
  }

  private static String text(PortRange range) {
    return range.isSingle() ? "" + range.min() : range.min() + "-" + range.max();
  }

  private static String text(Protocol protocol) {
    return protocol
        .name()
        .map(name -> name.toLowerCase(Locale.ROOT))
        .orElse("" + protocol.number());
  }

  private static String prefixes(Collection<Cidr> cidrs) {
    return PrefixCover.of(cidrs).stream().map(NftText::text).collect(joining(", ", "{ ", " }"));
  }

  private static String ranges(Collection<PortRange> ports) {
    return ports.stream().sorted().map(NftText::text).collect(joining(", ", "{ ", " }"));
  }

  private static String unit(long seconds) {
    return switch ((int) seconds) {
      case 1 -> "second";
      case 60 -> "minute";
      case 3600 -> "hour";
      case 86_400 -> "day";
      default -> throw new IllegalArgumentException("a limit per %d seconds".formatted(seconds));
    };
  }
}
