// SPDX-License-Identifier: Apache-2.0
package dev.brindle.bird.speaker;

import static org.assertj.core.api.Assertions.assertThat;

import dev.brindle.api.net.Cidr;
import dev.brindle.bird.topology.PeerConfig;
import dev.brindle.bird.topology.PeerType;
import dev.brindle.bird.topology.SpeakerConfig;
import dev.brindle.bird.wire.PeerKind;
import java.io.IOException;
import java.util.EnumMap;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;

/// Routes that are well-formed and make no sense, or look strange and do.
class OddRoutesTest {

  private static final Map<PeerKind, Provocation> NEIGHBOURS = new EnumMap<>(PeerKind.class);

  @AfterAll
  static void close() {
    NEIGHBOURS.values().forEach(Provocation::close);
    NEIGHBOURS.clear();
  }

  private static Provocation among(PeerKind kind) {
    return NEIGHBOURS.computeIfAbsent(kind, Provocation::by);
  }

  /// RFC 4271 §6.3: such a prefix is ignored, what stands beside it is not.
  @ParameterizedTest(name = "{1}")
  @CsvSource(
      textBlock =
          """
          087f,           127.0.0.0/8
          207f000001,     127.0.0.1/32
          04e0,           224.0.0.0/4
          20e0000005,     224.0.0.5/32
          04f0,           240.0.0.0/4
          20ffffffff,     255.255.255.255/32
          0800,           0.0.0.0/8
          """)
  void martiansAreNotTaken(String octets, Cidr prefix) throws IOException {
    for (PeerKind kind : PeerKind.values()) {
      Provocation among = among(kind);
      try (Provocation.Odd peer = among.new Odd()) {
        peer.say(Provocation.announcement(among.attributes(0), octets + peer.prefix('a')));

        assertThat(peer.fate()).isEqualTo(among.told(0));
        assertThat(among.sink().routes()).doesNotContainKey(prefix);
      }
    }
  }

  @Test
  void aDefaultRouteIsNoMartian() throws IOException, InterruptedException {
    Provocation among = among(PeerKind.EXTERNAL);
    try (Provocation.Odd peer = among.new Odd()) {
      peer.say(Provocation.announcement(among.attributes(0), "00"));

      among.sink().await(routes -> routes.containsKey(Cidr.parse("0.0.0.0/0")));
    }
  }

  /// NLRI attributes first, AS4_PATH before AS_PATH, MP_REACH last: any order will do.
  @ParameterizedTest(name = "{0}")
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          backwards          | c00804fc000001 400304c0000201 400206 02010000fde9 40010100
          AS4_PATH first     | c01106 02010000fde9 c00804fc000001 40010100 400206 02010000fde9 400304c0000201
          MP_REACH last      | 40010100 400206 02010000fde9 400304c0000201 c00804fc000001 800e15 000201 10 20010db8000000000000000000000009 00
          MP_UNREACH first   | 800f03 000201 40010100 400206 02010000fde9 400304c0000201 c00804fc000001
          """)
  void anyOrderWillDo(String story, String attributes) throws IOException {
    Provocation among = among(PeerKind.EXTERNAL);
    try (Provocation.Odd peer = among.new Odd()) {
      peer.say(Provocation.announcement(attributes, peer.prefix('a')));

      assertThat(peer.fate()).isEqualTo(among.toldWith("c00804fc000001"));
    }
  }

  /// RFC 4760 §3: beside MP_REACH_NLRI alone NEXT_HOP means nothing, and some send 0.0.0.0.
  @ParameterizedTest
  @EnumSource(PeerKind.class)
  void aNextHopThatNobodyNeedsMayBeAnything(PeerKind kind)
      throws IOException, InterruptedException {
    Provocation among = among(kind);
    try (Provocation.Odd peer = among.new Odd()) {
      String reach = "800e1e 000201 10 20010db8000000000000000000000009 00 40 20010db8000000aa";
      String attributes = among.attributesWith("400304 00000000");
      peer.say(Provocation.announcement(attributes + reach, ""));

      among.sink().await(routes -> routes.containsKey(Cidr.parse("2001:db8:0:aa::/64")));
      assertThat(peer.fate()).isEqualTo("-");
    }
    among.sink().await(routes -> !routes.containsKey(Cidr.parse("2001:db8:0:aa::/64")));
  }

  /// Of two next hops the second must be link-local (RFC 2545 §3); another one is left out.
  @Test
  void theSecondNextHopOfTwoMustBeLinkLocal() throws IOException, InterruptedException {
    Provocation among = among(PeerKind.EXTERNAL);
    try (Provocation.Odd peer = among.new Odd()) {
      String reach =
          "800e2e 000201 20 20010db8000000000000000000000009 20010db8000000000000000000000002"
              + " 00 40 20010db8000000bb";
      peer.say(Provocation.announcement("40010100 400206 02010000fde9" + reach, ""));

      Cidr prefix = Cidr.parse("2001:db8:0:bb::/64");
      var routes = among.sink().await(now -> now.containsKey(prefix));
      assertThat(Objects.requireNonNull(routes.get(prefix)).gateways().toString())
          .contains("2001:db8::9")
          .doesNotContain("::2");
    }
  }

  /// A next hop on loopback is one only for who is there himself; our own is nobody else's.
  @ParameterizedTest(name = "{0}")
  @CsvSource({"7f000009, false", "c0000201, false", "c0000263, true"})
  void aNextHopMustLeadSomewhere(String nextHop, boolean isTaken)
      throws IOException, InterruptedException {
    OwnNetwork.assumeThere();
    int port = Loopback.freePort();
    RecordingSink sink = new RecordingSink();
    try (Speaker speaker = Loopback.speaker(sink)) {
      speaker.start(ownNetwork(port));
      try (OctetPeer odd = OctetPeer.call(OwnNetwork.ipv4(2), OwnNetwork.ipv4(1), port)) {
        odd.establish("04 fde9 0000 c0000202 08 0206 4104 0000fde9");
        String attributes = "40010100 400206 02010000fde9 400304";
        odd.say(Provocation.announcement(attributes + nextHop, "180a0000"));
        odd.say(Provocation.announcement(attributes + "c0000202", "180b0000"));

        var routes = sink.await(it -> it.containsKey(Cidr.parse("11.0.0.0/24")));

        assertThat(routes.containsKey(Cidr.parse("10.0.0.0/24"))).isEqualTo(isTaken);
      }
    }
  }

  private static SpeakerConfig ownNetwork(int port) {
    PeerConfig peer =
        PeerConfig.of(
                "odd", PeerType.NODE, OwnNetwork.ipv4(2), Loopback.as(64512), Loopback.as(65001))
            .withSource(Optional.of(OwnNetwork.ipv4(1)))
            .withPassive(true);
    return Loopback.host(OwnNetwork.ipv4(1), Loopback.as(64512), port, Set.of(), peer);
  }
}
