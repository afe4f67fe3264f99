// SPDX-License-Identifier: Apache-2.0
package dev.brindle.linux.nft;

import dev.brindle.api.net.Cidr;
import dev.brindle.api.net.IpAddress;
import dev.brindle.api.net.PortRange;
import dev.brindle.api.net.Protocol;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/// One part of a rule: a condition, something done, or a verdict. An encoder turns it into one or
/// more
/// kernel expressions for the family of its table.
public sealed interface NftExpression {

  // ---- conditions: if false, the rule ends here

  /// `iifname "eth0"`, `oifname != "cali*"`.
  ///
  /// @param name up to 15 characters; with a `*` at the end every name that begins so
  record Interface(Direction direction, String name, boolean negated) implements NftExpression {}

  /// `ip saddr 10.0.0.0/8`, `ip6 daddr != fd00::/8`.
  record Address(Side side, Cidr cidr, boolean negated) implements NftExpression {}

  /// `ip saddr { 10.0.0.0/8, 192.0.2.1 }`: any of several.
  record Addresses(Side side, List<Cidr> cidrs, boolean negated) implements NftExpression {

    public Addresses {
      cidrs = List.copyOf(cidrs);
    }
  }

  /// `ip saddr @name`: the set's key is `ADDRESS`.
  record InSet(Side side, String set, boolean negated) implements NftExpression {}

  /// `ip saddr . meta l4proto . th sport @name`: the set's key is `ADDRESS_PROTOCOL_PORT`; `side`
  /// is
  /// whose address and port.
  record InPortSet(Side side, String set, boolean negated) implements NftExpression {}

  /// `meta l4proto tcp`.
  record L4Protocol(Protocol protocol, boolean negated) implements NftExpression {}

  /// `th dport { 80, 8000-8080 }`; the rule must have made sure of a protocol with ports.
  record Ports(Side side, List<PortRange> ports, boolean negated) implements NftExpression {

    public Ports {
      ports = List.copyOf(ports);
    }
  }

  /// `icmp type 8 code 0`, `icmpv6 type 128`; also makes sure of the protocol. Negated: another
  /// type, or
  /// another code of that type.
  ///
  /// @param code absent for all codes
  record Icmp(int type, Optional<Integer> code, boolean negated) implements NftExpression {}

  /// `ct state established,related`: any of them.
  record CtState(Set<State> states) implements NftExpression {

    public CtState {
      states = Set.copyOf(states);
    }
  }

  /// `ct status dnat`.
  record CtDnat(boolean negated) implements NftExpression {}

  /// `meta mark & mask == value`, or `!=`.
  record MarkIs(int mask, int value, boolean negated) implements NftExpression {}

  /// `fib saddr . iif oif missing`: the packet did not come from where its source is (strict
  /// reverse
  /// path). With `byMark` the mark takes part in the lookup.
  record ReversePathFails(boolean byMark) implements NftExpression {}

  /// `fib saddr type local` or `fib daddr type local`.
  record LocalAddress(Side side, boolean negated) implements NftExpression {}

  /// `limit rate 5/minute burst 5 packets`.
  ///
  /// @param perSeconds length of the unit: 1, 60, 3600, 86400
  record Limit(long packets, long perSeconds, int burst) implements NftExpression {}

  /// `limit rate over 5/second burst 5 packets`.
  record RateOver(long packetsPerSecond, int burst) implements NftExpression {}

  /// `ct count over 5`: of the connections whose packets have come to this rule.
  record ConnectionsOver(long count) implements NftExpression {}

  // ---- done on the way

  /// `counter`.
  record Counter() implements NftExpression {}

  /// `meta mark set meta mark & ~mask | value`.
  record SetMark(int mask, int value) implements NftExpression {}

  /// `ip dscp set 46`, `ip6 dscp set 46`; the bits for congestion stay.
  ///
  /// @param dscp 0 to 63
  record SetDscp(int dscp) implements NftExpression {}

  /// `log prefix "..."`.
  ///
  /// @param prefix up to 127 characters
  record Log(String prefix) implements NftExpression {}

  /// `notrack`.
  record NoTrack() implements NftExpression {}

  // ---- verdicts: the rule ends here

  /// `iifname vmap @name`: the map's key is `INTERFACE`. Without an entry the next rule follows.
  record InterfaceMap(Direction direction, String map) implements NftExpression {}

  /// `accept`, `drop`, `return`.
  record Verdict(Kind kind) implements NftExpression {

    /// Without a target.
    public enum Kind {
      ACCEPT,
      DROP,
      RETURN
    }
  }

  /// `jump name`.
  record Jump(String chain) implements NftExpression {}

  /// `goto name`.
  record Goto(String chain) implements NftExpression {}

  /// `reject`, with the family's "port unreachable", or a TCP reset.
  record Reject(boolean tcpReset) implements NftExpression {}

  /// `masquerade fully-random`, optionally `to :1024-65535`.
  record Masquerade(Optional<PortRange> ports, boolean fullyRandom) implements NftExpression {}

  /// `snat to 192.0.2.1`.
  record Snat(IpAddress to, Optional<PortRange> ports) implements NftExpression {}

  /// `dnat to 192.0.2.1`.
  record Dnat(IpAddress to) implements NftExpression {}

  NftExpression ACCEPT = new Verdict(Verdict.Kind.ACCEPT);
  NftExpression DROP = new Verdict(Verdict.Kind.DROP);
  NftExpression RETURN = new Verdict(Verdict.Kind.RETURN);

  /// In by, out by.
  enum Direction {
    IN,
    OUT
  }

  /// Whose address or port.
  enum Side {
    SOURCE,
    DESTINATION
  }

  /// What connection tracking says.
  enum State {
    INVALID,
    ESTABLISHED,
    RELATED,
    NEW,
    UNTRACKED
  }
}
