// SPDX-License-Identifier: Apache-2.0
package dev.brindle.bird.speaker;

import static dev.brindle.bird.speaker.Loopback.config;
import static dev.brindle.bird.speaker.Loopback.peer;
import static org.assertj.core.api.Assertions.assertThat;

import dev.brindle.api.net.Cidr;
import dev.brindle.api.net.IpAddress;
import dev.brindle.bird.topology.PeerConfig;
import dev.brindle.bird.topology.SpeakerConfig;
import dev.brindle.bird.wire.AsPath;
import dev.brindle.bird.wire.Message.Update;
import dev.brindle.bird.wire.PathAttribute;
import dev.brindle.bird.wire.PathAttribute.LocalPref;
import dev.brindle.bird.wire.PathAttribute.MultiExitDisc;
import dev.brindle.bird.wire.PathAttribute.NextHop;
import dev.brindle.bird.wire.PathAttribute.Origin;
import dev.brindle.bird.wire.PathAttributes;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/// Where packets go if several paths are as good as each other: over all of them that are equal in
/// every rule up to the router identifier, external with external, as many as is allowed.
class MultipathTest {

  private static final long AS = 64512;
  private static final int PEERS = 20;
  private static final Cidr PREFIX = Cidr.parse("10.2.0.0/24");

  private final int port = Loopback.freePort();
  private final RecordingSink sink = new RecordingSink();
  private final Speaker speaker = Loopback.speaker(sink);
  private final List<RawPeer> tellers = new ArrayList<>();

  @AfterEach
  void close() throws IOException {
    for (RawPeer teller : tellers) {
      teller.close();
    }
    speaker.close();
  }

  /// Hosts 2 to 21: two external ones of one AS, two of others, and internal ones.
  private static long as(int host) {
    return switch (host) {
      case 2, 3 -> 65_001;
      case 4 -> 65_002;
      case 5 -> 65_003;
      default -> AS;
    };
  }

  private SpeakerConfig speakerConfig() {
    return config(
        1,
        AS,
        port,
        IntStream.range(2, 2 + PEERS)
            .mapToObj(host -> peer(1, AS, host, as(host), port).withPassive(true))
            .toArray(PeerConfig[]::new));
  }

  private void tell(int host, long med) throws IOException {
    RawPeer teller = RawPeer.call(host, Loopback.address(1), port);
    tellers.add(teller);
    teller.establish(host, as(host), 0);
    boolean isInternal = as(host) == AS;
    List<PathAttribute> attributes = new ArrayList<>();
    attributes.add(new Origin(Origin.Source.IGP));
    attributes.add(AsPath.of(isInternal ? 65_009 : as(host)));
    attributes.add(NextHop.of(Loopback.address(host)));
    attributes.add(new MultiExitDisc(med));
    if (isInternal) {
      attributes.add(new LocalPref(100));
    }
    teller.say(Update.announce(PathAttributes.of(attributes), List.of(PREFIX)));
  }

  private void awaitGateways(List<Integer> hosts) throws InterruptedException {
    List<IpAddress> wanted = hosts.stream().map(Loopback::address).toList();
    sink.await(
        routes ->
            Optional.ofNullable(routes.get(PREFIX))
                .filter(it -> it.gateways().equals(wanted))
                .isPresent());
  }

  private static List<Integer> hosts(int from, int to) {
    return IntStream.rangeClosed(from, to).boxed().toList();
  }

  @Test
  void goesOverAllThatAreEqualAndNoMoreThanAllowed() throws IOException, InterruptedException {
    speaker.start(speakerConfig());
    for (int host = 21; host >= 6; host--) {
      tell(host, 0);
    }
    awaitGateways(hosts(6, 21));

    speaker.reconfigure(speakerConfig().withMultipath(3));
    awaitGateways(hosts(6, 8));
    speaker.reconfigure(speakerConfig().withMultipath(1));
    awaitGateways(hosts(6, 6));
    speaker.reconfigure(speakerConfig().withMultipath(5));
    awaitGateways(hosts(6, 10));
    assertThat(speaker.report().peers()).filteredOn(PeerReport::isEstablished).hasSize(16);
  }

  /// MED is compared within one neighbour AS, and what is external is not mixed with internal.
  @Test
  void goesOverNoneThatAnyRuleBeforeTheIdentifierRulesOut()
      throws IOException, InterruptedException {
    speaker.start(speakerConfig());
    tell(6, 0);
    awaitGateways(List.of(6));
    tell(2, 5);
    awaitGateways(List.of(2));
    tell(4, 9);
    awaitGateways(List.of(2, 4));
    tell(3, 4);
    awaitGateways(List.of(3, 4));
    tell(5, 9);
    awaitGateways(List.of(3, 4, 5));
  }
}
