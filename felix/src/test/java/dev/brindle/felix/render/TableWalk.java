// SPDX-License-Identifier: Apache-2.0
package dev.brindle.felix.render;

import dev.brindle.api.net.Cidr;
import dev.brindle.api.net.IpAddress;
import dev.brindle.linux.nft.NftChain;
import dev.brindle.linux.nft.NftElement;
import dev.brindle.linux.nft.NftExpression;
import dev.brindle.linux.nft.NftExpression.Side;
import dev.brindle.linux.nft.NftRule;
import dev.brindle.linux.nft.NftTable;
import dev.brindle.policy.trace.Packet;
import java.util.Arrays;
import java.util.Objects;
import java.util.Optional;

/// Sends the first packet of a connection through a table, as nftables would.
final class TableWalk {

  private final NftTable table;
  private final Packet packet;
  private final String in;
  private final String out;
  private int mark;

  TableWalk(NftTable table, Packet packet, String in, String out) {
    this.table = table;
    this.packet = packet;
    this.in = in;
    this.out = out;
  }

  /// Whether it survives base chains, one after the other, as far as they are there.
  boolean survives(String... bases) {
    return Arrays.stream(bases)
        .filter(base -> table.chains().containsKey(base))
        .allMatch(base -> chain(base) != End.DROP);
  }

  private End chain(String name) {
    NftChain chain = Objects.requireNonNull(table.chains().get(name), name);
    for (NftRule rule : chain.rules()) {
      End end = rule(rule);
      if (end == End.RETURN) {
        return End.CONTINUE;
      }
      if (end != End.CONTINUE) {
        return end;
      }
    }
    return End.CONTINUE;
  }

  private End rule(NftRule rule) {
    for (NftExpression expression : rule.expressions()) {
      switch (expression) {
        case NftExpression.SetMark(var mask, var value) -> mark = (mark & ~mask) | value;
        case NftExpression.Log _, NftExpression.NoTrack _ -> {}
        case NftExpression.Jump(var target) -> {
          return chain(target);
        }
        case NftExpression.Goto(var target) -> {
          End end = chain(target);
          return end == End.CONTINUE ? End.RETURN : end;
        }
        case NftExpression.InterfaceMap(var direction, var map) -> {
          String name = direction == NftExpression.Direction.IN ? in : out;
          Optional<String> target =
              Objects.requireNonNull(table.sets().get(map)).elements().stream()
                  .map(NftElement.GoTo.class::cast)
                  .filter(element -> element.interfaceName().equals(name))
                  .map(NftElement.GoTo::chain)
                  .findFirst();
          if (target.isPresent()) {
            End end = chain(target.get());
            return end == End.CONTINUE ? End.RETURN : end;
          }
        }
        case NftExpression.Verdict(var kind) -> {
          return switch (kind) {
            case ACCEPT -> End.ACCEPT;
            case DROP -> End.DROP;
            case RETURN -> End.RETURN;
          };
        }
        default -> {
          if (!holds(expression)) {
            return End.CONTINUE;
          }
        }
      }
    }
    return End.CONTINUE;
  }

  private boolean holds(NftExpression condition) {
    return switch (condition) {
      case NftExpression.Interface(var direction, var name, var negated) ->
          (direction == NftExpression.Direction.IN ? in : out)
                  .startsWith(name.substring(0, name.length() - 1))
              != negated;
      case NftExpression.Address(var side, var cidr, var negated) ->
          cidr.contains(address(side)) != negated;
      case NftExpression.Addresses(var side, var cidrs, var negated) ->
          cidrs.stream().anyMatch(cidr -> cidr.contains(address(side))) != negated;
      case NftExpression.InSet(var side, var set, var negated) ->
          Objects.requireNonNull(table.sets().get(set)).elements().stream()
                  .anyMatch(e -> e instanceof NftElement.Net(Cidr c) && c.contains(address(side)))
              != negated;
      case NftExpression.L4Protocol(var protocol, var negated) ->
          packet.protocol().equals(protocol) != negated;
      case NftExpression.Ports(var side, var ports, var negated) ->
          ports.stream().anyMatch(range -> range.contains(port(side))) != negated;
      case NftExpression.Icmp(var type, var code, var negated) ->
          packet.icmp().stream()
              .anyMatch(
                  icmp ->
                      (icmp.type() == type && code.stream().allMatch(c -> c == icmp.code()))
                          != negated);
      case NftExpression.CtDnat(var negated) -> negated;
      case NftExpression.ReversePathFails _ -> false;
      case NftExpression.CtState(var states) -> states.contains(NftExpression.State.NEW);
      case NftExpression.MarkIs(var mask, var value, var negated) ->
          ((mark & mask) == value) != negated;
      default -> throw new IllegalStateException("no rule of this test has " + condition);
    };
  }

  private IpAddress address(Side side) {
    return side == Side.SOURCE ? packet.source() : packet.destination();
  }

  private int port(Side side) {
    Packet.Ports ports = packet.ports().orElseThrow();
    return side == Side.SOURCE ? ports.source() : ports.destination();
  }

  private enum End {
    CONTINUE,
    RETURN,
    ACCEPT,
    DROP
  }
}
