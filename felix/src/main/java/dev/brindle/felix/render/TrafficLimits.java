// SPDX-License-Identifier: Apache-2.0
package dev.brindle.felix.render;

import dev.brindle.linux.nft.NftExpression;
import dev.brindle.linux.nft.NftRule;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/// The limits of one endpoint's traffic in one direction that rules can keep: packets a second, and
/// connections at a time. A family has its own.
final class TrafficLimits {

  private static final String PACKET_RATE = "PacketRate";
  private static final String PACKET_BURST = "PacketBurst";
  private static final String CONNECTIONS = "MaxConnections";

  private static final long MOST_PACKETS = 10_000;
  private static final long MOST_CONNECTIONS = 0xffffffffL;
  private static final long USUAL_BURST = 5;

  private final Map<String, Object> controls;
  private final String direction;

  private TrafficLimits(Map<String, Object> controls, String direction) {
    this.controls = controls;
    this.direction = direction;
  }

  /// @param controls `qosControls` of the endpoint
  static TrafficLimits intoPod(Map<String, Object> controls) {
    return new TrafficLimits(controls, "ingress");
  }

  /// @param controls `qosControls` of the endpoint
  static TrafficLimits outOfPod(Map<String, Object> controls) {
    return new TrafficLimits(controls, "egress");
  }

  /// For all packets.
  List<NftRule> packets() {
    return value(PACKET_RATE, MOST_PACKETS)
        .map(
            rate ->
                new NftRule(
                    List.of(
                        new NftExpression.RateOver(
                            rate, value(PACKET_BURST, MOST_PACKETS).orElse(USUAL_BURST).intValue()),
                        NftExpression.DROP),
                    direction + PACKET_RATE))
        .stream()
        .toList();
  }

  /// For packets that begin a connection. TCP hears that it was refused.
  List<NftRule> connections() {
    return value(CONNECTIONS, MOST_CONNECTIONS)
        .map(
            most ->
                new NftRule(
                    List.of(
                        new NftExpression.ConnectionsOver(most), new NftExpression.Reject(true)),
                    direction + CONNECTIONS))
        .stream()
        .toList();
  }

  /// What is out of range is the nearest that is in it; what is no number is no limit.
  private Optional<Long> value(String name, long most) {
    return controls.get(direction + name) instanceof Number number && number.longValue() != 0
        ? Optional.of(Math.clamp(number.longValue(), 1, most))
        : Optional.empty();
  }
}
