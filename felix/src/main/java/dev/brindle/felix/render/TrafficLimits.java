// SPDX-License-Identifier: Apache-2.0
package dev.brindle.felix.render;

import dev.brindle.felix.endpoint.QosControls;
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

  private final QosControls controls;
  private final String direction;

  private TrafficLimits(QosControls controls, String direction) {
    this.controls = controls;
    this.direction = direction;
  }

  /// @param controls `qosControls` of the endpoint
  static TrafficLimits intoPod(Map<String, Object> controls) {
    return new TrafficLimits(new QosControls(controls), "ingress");
  }

  /// @param controls `qosControls` of the endpoint
  static TrafficLimits outOfPod(Map<String, Object> controls) {
    return new TrafficLimits(new QosControls(controls), "egress");
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

  private Optional<Long> value(String name, long most) {
    return controls.number(direction + name, 1, most);
  }
}
