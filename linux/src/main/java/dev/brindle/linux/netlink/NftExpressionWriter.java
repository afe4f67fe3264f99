// SPDX-License-Identifier: Apache-2.0
package dev.brindle.linux.netlink;

import dev.brindle.api.net.Cidr;
import dev.brindle.api.net.IpFamily;
import dev.brindle.api.net.PortRange;
import dev.brindle.api.net.Protocol;
import dev.brindle.linux.nft.NftExpression;
import dev.brindle.linux.nft.NftExpression.Direction;
import dev.brindle.linux.nft.NftExpression.Side;
import dev.brindle.linux.nft.NftFamily;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.Arrays;
import java.util.Iterator;
import java.util.List;
import java.util.Optional;

/// The expressions of one rule as the kernel's: load into a register, compare, act.
final class NftExpressionWriter {

  private static final int MARK = 3;
  private static final int LENGTH = 0;
  private static final int IN_NAME = 6;
  private static final int OUT_NAME = 7;
  private static final int NETWORK_PROTOCOL = 15;
  private static final int L4_PROTOCOL = 16;
  private static final int CT_STATE = 0;
  private static final int CT_STATUS = 2;
  private static final int CT_DNAT = 1 << 5;
  private static final int FIB_SOURCE = 1;
  private static final int FIB_DESTINATION = 2;
  private static final int FIB_MARK = 4;
  private static final int FIB_IN = 8;
  private static final int FIB_PRESENT = 32;
  private static final int FIB_DEVICE = 1;
  private static final int FIB_TYPE = 3;
  private static final int LOCAL = 2;
  private static final int ICMP_PORT_UNREACHABLE = 3;
  private static final int ICMPV6_PORT_UNREACHABLE = 4;
  private static final int ANY_PORT_UNREACHABLE = 1;
  private static final int NAT_PORTS = 2;
  private static final int NAT_FULLY_RANDOM = 16;

  private final NftFamily family;
  private final Iterator<NftSetMessages.Anonymous> sets;
  private final KernelExpressions to;

  /// @param sets those that `AnonymousSet` asked for, in the order of the expressions
  NftExpressionWriter(
      MessageWriter out, NftFamily family, Iterator<NftSetMessages.Anonymous> sets) {
    this.family = family;
    this.sets = sets;
    to = new KernelExpressions(out);
  }

  void write(NftExpression expression) {
    switch (expression) {
      case NftExpression.Interface(var direction, var name, var negated) -> {
        to.meta(name(direction));
        to.compare(negated, interfaceName(name));
      }
      case NftExpression.Address(var side, var cidr, var negated) -> address(side, cidr, negated);
      case NftExpression.Addresses(var side, var cidrs, var negated) ->
          addresses(side, cidrs, negated);
      case NftExpression.InSet(var side, var set, var negated) -> {
        loadAddress(side, ownFamily());
        to.lookup(set, 0, negated);
      }
      case NftExpression.InPortSet(var side, var set, var negated) -> inPortSet(side, set, negated);
      case NftExpression.L4Protocol(var protocol, var negated) -> protocol(protocol, negated);
      case NftExpression.Ports(var side, var ports, var negated) -> ports(side, ports, negated);
      case NftExpression.Icmp(var type, var code, var negated) -> icmp(type, code, negated);
      case NftExpression.CtState(var states) -> {
        to.ct(CT_STATE);
        to.mask(states.stream().mapToInt(NftExpressionWriter::bit).sum());
        to.compare(true, number(0));
      }
      case NftExpression.CtDnat(var negated) -> {
        to.ct(CT_STATUS);
        to.mask(CT_DNAT);
        to.compare(!negated, number(0));
      }
      case NftExpression.MarkIs(var mask, var value, var negated) -> {
        to.meta(MARK);
        to.mask(mask);
        to.compare(negated, number(value));
      }
      case NftExpression.ReversePathFails(var byMark) -> {
        to.fib(FIB_DEVICE, FIB_SOURCE | FIB_IN | FIB_PRESENT | (byMark ? FIB_MARK : 0));
        to.compare(false, number(0));
      }
      case NftExpression.LocalAddress(var side, var negated) -> {
        to.fib(FIB_TYPE, side == Side.SOURCE ? FIB_SOURCE : FIB_DESTINATION);
        to.compare(negated, number(LOCAL));
      }
      case NftExpression.Limit(var packets, var seconds, var burst) ->
          to.limit(packets, seconds, burst, false);
      case NftExpression.RateOver(var packets, var burst) -> to.limit(packets, 1, burst, true);
      case NftExpression.ConnectionsOver(var count) -> to.connectionsOver((int) count);
      case NftExpression.Counter() -> to.plain("counter");
      case NftExpression.SetMark(var mask, var value) -> {
        to.meta(MARK);
        to.bitwise(number(~mask), number(value));
        to.setMeta(MARK);
      }
      case NftExpression.SetDscp(var dscp) -> dscp(dscp);
      case NftExpression.Log(var prefix) -> to.log(prefix);
      case NftExpression.NoTrack() -> to.plain("notrack");
      case NftExpression.InterfaceMap(var direction, var map) -> {
        to.meta(name(direction));
        to.verdictMap(map);
      }
      case NftExpression.Verdict(var kind) ->
          to.verdict(
              switch (kind) {
                case DROP -> 0;
                case ACCEPT -> 1;
                case RETURN -> -5;
              },
              "");
      case NftExpression.Jump(var chain) -> to.verdict(-3, chain);
      case NftExpression.Goto(var chain) -> to.verdict(NftSetMessages.GOTO, chain);
      case NftExpression.Reject(var tcpReset) -> reject(tcpReset);
      case NftExpression.Masquerade(var ports, var fullyRandom) -> masquerade(ports, fullyRandom);
      case NftExpression.Snat(var address, var ports) -> {
        need(address.family());
        to.load(1, address.bytes());
        loadPorts(2, ports);
        to.snat(
            Families.number(address.family()),
            ports.isPresent(),
            ports.isPresent() ? NAT_PORTS : 0);
      }
      case NftExpression.Dnat(var address) -> {
        need(address.family());
        to.load(1, address.bytes());
        to.dnat(Families.number(address.family()));
      }
    }
  }

  /// The first two bytes of the header: version, length and DSCP in IPv4; in IPv6 the DSCP begins
  /// after four bits.
  private void dscp(int dscp) {
    boolean isV4 = ownFamily() == IpFamily.IPV4;
    to.network(0, 2);
    if (isV4) {
      to.bitwise(new byte[] {(byte) 0xff, 0x03}, new byte[] {0, (byte) (dscp << 2)});
    } else {
      to.bitwise(
          new byte[] {(byte) 0xf0, 0x3f}, new byte[] {(byte) (dscp >> 2), (byte) (dscp << 6)});
    }
    to.writeNetwork(0, 2, isV4);
  }

  private static int name(Direction direction) {
    return direction == Direction.IN ? IN_NAME : OUT_NAME;
  }

  /// With a `*` at the end only what is before it is compared, without the NUL.
  private static byte[] interfaceName(String name) {
    return name.endsWith("*")
        ? Arrays.copyOf(
            KernelElement.interfaceName(name.substring(0, name.length() - 1)), name.length() - 1)
        : KernelElement.interfaceName(name);
  }

  private static int bit(NftExpression.State state) {
    return switch (state) {
      case INVALID -> 1;
      case ESTABLISHED -> 2;
      case RELATED -> 4;
      case NEW -> 8;
      case UNTRACKED -> 64;
    };
  }

  private static byte[] number(int value) {
    return ByteBuffer.allocate(Integer.BYTES).order(ByteOrder.nativeOrder()).putInt(value).array();
  }

  /// @throws IllegalArgumentException if the table does not tell
  private IpFamily ownFamily() {
    return NftSetMessages.bytes(family) == 4 ? IpFamily.IPV4 : IpFamily.IPV6;
  }

  /// In a table of both families the packet's family is asked for first.
  private void need(IpFamily wanted) {
    switch (family) {
      case INET -> {
        to.meta(NETWORK_PROTOCOL);
        to.compare(false, new byte[] {(byte) Families.number(wanted)});
      }
      case IP, IP6 -> {
        if (NftFamily.of(wanted) != family) {
          throw new IllegalArgumentException(
              "%s in a table of family %s".formatted(wanted, family));
        }
      }
      case ARP -> throw new IllegalArgumentException("%s in a table of ARP".formatted(wanted));
    }
  }

  private void loadAddress(Side side, IpFamily wanted) {
    need(wanted);
    to.network(addressOffset(side, wanted), wanted.bits() / Byte.SIZE);
  }

  private static int addressOffset(Side side, IpFamily wanted) {
    return switch (wanted) {
      case IPV4 -> side == Side.SOURCE ? 12 : 16;
      case IPV6 -> side == Side.SOURCE ? 8 : 24;
    };
  }

  private void address(Side side, Cidr cidr, boolean negated) {
    boolean isWholeBytes = cidr.length() > 0 && cidr.length() % Byte.SIZE == 0;
    byte[] address = cidr.address().bytes();
    if (isWholeBytes) {
      int length = cidr.length() / Byte.SIZE;
      need(cidr.family());
      to.network(addressOffset(side, cidr.family()), length);
      to.compare(negated, Arrays.copyOf(address, length));
      return;
    }
    loadAddress(side, cidr.family());
    to.bitwise(mask(cidr), new byte[address.length]);
    to.compare(negated, address);
  }

  private static byte[] mask(Cidr cidr) {
    var mask = new byte[cidr.family().bits() / Byte.SIZE];
    for (int bit = 0; bit < cidr.length(); bit++) {
      mask[bit / Byte.SIZE] |= (byte) (0x80 >>> (bit % Byte.SIZE));
    }
    return mask;
  }

  private void addresses(Side side, List<Cidr> cidrs, boolean negated) {
    switch (cidrs.size()) {
      case 0 -> never(negated);
      case 1 -> address(side, cidrs.getFirst(), negated);
      default -> {
        loadAddress(side, cidrs.getFirst().family());
        lookupAnonymous(negated);
      }
    }
  }

  private void lookupAnonymous(boolean negated) {
    NftSetMessages.Anonymous set = sets.next();
    to.lookup(set.name(), set.id(), negated);
  }

  /// Nothing is in an empty list: no packet has the length 0.
  private void never(boolean negated) {
    if (!negated) {
      to.meta(LENGTH);
      to.compare(false, number(0));
    }
  }

  private void inPortSet(Side side, String set, boolean negated) {
    loadAddress(side, ownFamily());
    int afterAddress = KernelExpressions.FIRST_WORD + ownFamily().bits() / Integer.SIZE;
    to.meta(L4_PROTOCOL, afterAddress);
    to.transport(side == Side.SOURCE ? 0 : 2, 2, afterAddress + 1);
    to.lookup(set, 0, negated);
  }

  private void protocol(Protocol protocol, boolean negated) {
    to.meta(L4_PROTOCOL);
    to.compare(negated, new byte[] {(byte) protocol.number()});
  }

  private void ports(Side side, List<PortRange> ports, boolean negated) {
    if (ports.isEmpty()) {
      never(negated);
      return;
    }
    to.transport(side == Side.SOURCE ? 0 : 2, 2);
    if (ports.size() > 1) {
      lookupAnonymous(negated);
      return;
    }
    PortRange only = ports.getFirst();
    if (only.isSingle()) {
      to.compare(negated, AnonymousSet.port(only.min()));
    } else {
      to.range(negated, AnonymousSet.port(only.min()), AnonymousSet.port(only.max()));
    }
  }

  private void icmp(int type, Optional<Integer> code, boolean negated) {
    if (family == NftFamily.INET) {
      throw new IllegalArgumentException(
          "ICMP types mean one thing in IPv4 and another in IPv6: a table of one family is needed");
    }
    protocol(ownFamily() == IpFamily.IPV4 ? Protocol.ICMP : Protocol.ICMPV6, false);
    to.transport(0, code.isPresent() ? 2 : 1);
    to.compare(
        negated,
        code.map(c -> new byte[] {(byte) type, c.byteValue()})
            .orElseGet(() -> new byte[] {(byte) type}));
  }

  private void reject(boolean tcpReset) {
    if (tcpReset) {
      to.reject(1, 0);
      return;
    }
    switch (family) {
      case IP -> to.reject(0, ICMP_PORT_UNREACHABLE);
      case IP6 -> to.reject(0, ICMPV6_PORT_UNREACHABLE);
      case INET -> to.reject(2, ANY_PORT_UNREACHABLE);
      case ARP -> throw new IllegalArgumentException("reject in a table of ARP");
    }
  }

  private void masquerade(Optional<PortRange> ports, boolean fullyRandom) {
    loadPorts(1, ports);
    to.masquerade(
        (ports.isPresent() ? NAT_PORTS : 0) | (fullyRandom ? NAT_FULLY_RANDOM : 0),
        ports.isPresent());
  }

  private void loadPorts(int register, Optional<PortRange> ports) {
    ports.ifPresent(
        range -> {
          to.load(register, AnonymousSet.port(range.min()));
          to.load(register + 1, AnonymousSet.port(range.max()));
        });
  }
}
