// SPDX-License-Identifier: Apache-2.0
package dev.brindle.bird.speaker;

import static dev.brindle.bird.speaker.Loopback.prefixes;
import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.brindle.api.net.AsNumber;
import dev.brindle.api.net.IpAddress;
import dev.brindle.bird.filter.AcceptAll;
import dev.brindle.bird.topology.AoAlgorithm;
import dev.brindle.bird.topology.AoKey;
import dev.brindle.bird.topology.ListenAddress;
import dev.brindle.bird.topology.Password;
import dev.brindle.bird.topology.PeerConfig;
import dev.brindle.bird.topology.PeerRouting;
import dev.brindle.bird.topology.PeerType;
import dev.brindle.bird.topology.SpeakerConfig;
import dev.brindle.bird.wire.Family;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/// TCP-AO (RFC 5925) with BIRD, which knows it since 3.1, in a kernel that does.
class TcpAoInteropTest {

  private static final String BIRD = "/usr/sbin/bird";
  private static final String BIRDC = "/usr/sbin/birdc";

  private final int port = Loopback.freePort();
  private final int itsPort = Loopback.freePort();
  private final RecordingSink sink = new RecordingSink();
  private final Speaker speaker = Loopback.speaker(sink);
  private boolean isIpv6;
  private boolean weCall = true;
  private AoAlgorithm algorithm = AoAlgorithm.HMAC_SHA_1_96;

  @TempDir private Path home;

  @BeforeEach
  void assumeAll() throws IOException, InterruptedException {
    OwnNetwork.assumeThere();
    RouterProcess.assumeInstalled(BIRD, "bird3");
    Optional<String> missing = AoSupport.refusal(keys("1/1=a"));
    assumeTrue(missing.isEmpty(), () -> missing.orElse(""));
    configureBird("1/1=a");
    String objection =
        RouterProcess.ask(List.of(BIRD, "-p", "-c", home.resolve("bird.conf").toString()));
    assumeTrue(
        objection.isBlank(), "this BIRD has no TCP-AO, install BIRD 3.1 or newer: " + objection);
  }

  @AfterEach
  void close() {
    speaker.close();
  }

  /// `1/2=a 2/1=b`: sent as, received as, secret; the first is the one to use.
  private List<AoKey> keys(String text) {
    return Arrays.stream(text.split(" ", -1))
        .map(it -> it.split("[/=]", -1))
        .map(
            it ->
                new AoKey(
                    Integer.parseInt(it[0]),
                    Integer.parseInt(it[1]),
                    algorithm,
                    new Password(it[2])))
        .toList();
  }

  private IpAddress address(int host) {
    return isIpv6 ? OwnNetwork.ipv6(host) : OwnNetwork.ipv4(host);
  }

  private SpeakerConfig config(String keys) {
    return new SpeakerConfig(
        new AsNumber(64512),
        OwnNetwork.ipv4(1),
        Optional.empty(),
        List.of(new ListenAddress(IpAddress.parse("::"), port)),
        List.of(),
        List.of(
            PeerConfig.of(
                    "bird", PeerType.NODE, address(2), new AsNumber(64512), new AsNumber(64513))
                .withPort(itsPort)
                .withSource(Optional.of(address(1)))
                .withPassive(!weCall)
                .withTiming(Loopback.TIMING)
                .withRouting(PeerRouting.of(isIpv6 ? Family.IPV6_UNICAST : Family.IPV4_UNICAST))
                .withAoKeys(keys(keys))),
        prefixes(isIpv6 ? "fd00:1::/122" : "10.1.0.0/26"),
        new AcceptAll(),
        new AcceptAll(),
        Duration.ofSeconds(30));
  }

  /// @param keys as those of the speaker
  private void configureBird(String keys) throws IOException {
    String preference = "preferred; ";
    StringBuilder list = new StringBuilder();
    for (AoKey key : keys(keys)) {
      list.append(
          "key { send id %d; recv id %d; algorithm %s; secret \"%s\"; %s};%n"
              .formatted(key.id(), key.receiveId(), birdsName(), key.secret().text(), preference));
      preference = "";
    }
    String family = isIpv6 ? "ipv6" : "ipv4";
    Files.writeString(
        home.resolve("bird.conf"),
        """
        log stderr all;
        router id 192.0.2.2;
        protocol device {}
        protocol static { %1$s; route %2$s blackhole; }
        protocol bgp ours {
          local %3$s port %4$d as 64513;
          neighbor %5$s port %6$d as 64512;
          multihop;
          passive %7$s;
          hold time 9;
          connect delay time 1;
          connect retry time 1;
          error wait time 1, 2;
          authentication ao;
          keys {
            %8$s
          };
          %1$s { import all; export all; };
        }
        """
            .formatted(
                family,
                isIpv6 ? "fd00:2::/122" : "10.2.0.0/26",
                address(2),
                itsPort,
                address(1),
                port,
                weCall ? "on" : "off",
                list));
  }

  private String birdsName() {
    return switch (algorithm) {
      case HMAC_SHA_1_96 -> "hmac sha1";
      case HMAC_SHA_256 -> "hmac sha256";
      case AES_128_CMAC_96 -> "cmac aes128";
    };
  }

  private RouterProcess startBird() throws IOException {
    return RouterProcess.start(
        home, List.of(BIRD, "-f", "-c", "bird.conf", "-s", "bird.ctl", "-P", "bird.pid"));
  }

  private List<String> birdc(String words) {
    return List.of(BIRDC, "-s", home.resolve("bird.ctl").toString(), words);
  }

  private PeerReport peer() {
    return speaker.report().peers().getFirst();
  }

  private void isUp(RouterProcess bird) throws IOException, InterruptedException {
    sink.await(routes -> routes.size() == 1);
    bird.askUntil(isIpv6 ? "fd00:1::/122" : "10.1.0.0/26", birdc("show route"));
  }

  @ParameterizedTest(name = "{0}, {1}, {2}, ours {3}, its {4}")
  @CsvSource({
    "IPv4, we call,  HMAC_SHA_1_96,   1/1=a,         1/1=a",
    "IPv4, it calls, HMAC_SHA_1_96,   1/2=a,         2/1=a",
    "IPv6, we call,  HMAC_SHA_1_96,   1/2=a,         2/1=a",
    "IPv6, it calls, HMAC_SHA_1_96,   1/1=a,         1/1=a",
    "IPv4, we call,  HMAC_SHA_256,    1/1=a,         1/1=a",
    "IPv4, it calls, AES_128_CMAC_96, 1/1=a,         1/1=a",
    "IPv4, we call,  HMAC_SHA_1_96,   2/2=b 1/1=a,   1/1=a 2/2=b",
    "IPv4, it calls, HMAC_SHA_1_96,   2/2=b,         2/2=b 1/1=a"
  })
  void signsAsBirdDoes(
      String family, String caller, AoAlgorithm signedWith, String ours, String its)
      throws IOException, InterruptedException {
    isIpv6 = family.equals("IPv6");
    weCall = caller.equals("we call");
    algorithm = signedWith;
    Optional<String> missing = AoSupport.refusal(keys(ours));
    assumeTrue(missing.isEmpty(), () -> missing.orElse(""));
    configureBird(its);
    try (RouterProcess bird = startBird()) {
      speaker.start(config(ours));

      isUp(bird);
    }
  }

  @Test
  void anotherSecretGivesNoSession() throws IOException, InterruptedException {
    configureBird("1/1=b");
    try (RouterProcess bird = startBird()) {
      bird.askUntil("ours", birdc("show protocols"));
      long before = TcpAoTest.counted("TCPAOBad");
      speaker.start(config("1/1=a"));
      Loopback.await("two dropped", () -> TcpAoTest.counted("TCPAOBad") >= before + 2);
      assertThat(peer().isEstablished()).isFalse();

      speaker.reconfigure(config("1/1=b"));
      isUp(bird);
    }
  }

  /// The new key comes behind the old one on both sides. Then we ask for it, and BIRD signs with
  /// it; BIRD asks too, and the old one goes.
  @Test
  void keysRollUnderASession() throws IOException, InterruptedException {
    configureBird("1/1=a");
    try (RouterProcess bird = startBird()) {
      speaker.start(config("1/1=a"));
      isUp(bird);
      Instant since = peer().since();

      reconfigureBird(bird, "1/1=a 2/2=b");
      speaker.reconfigure(config("1/1=a 2/2=b"));
      speaker.reconfigure(config("2/2=b 1/1=a"));
      bird.askUntil(it -> it.matches("(?s).*Current key: +2.*"), "key 2", show());
      reconfigureBird(bird, "2/2=b 1/1=a");
      bird.askUntil(it -> it.matches("(?s).*RNext key: +2.*"), "request for 2", show());
      reconfigureBird(bird, "2/2=b");
      speaker.reconfigure(config("2/2=b"));
      long rolled = TcpAoTest.counted("TCPAOGood");
      Loopback.await("keepalives", () -> TcpAoTest.counted("TCPAOGood") >= rolled + 8);

      assertThat(peer().isEstablished()).isTrue();
      assertThat(peer().since()).isEqualTo(since);
    }
  }

  private void reconfigureBird(RouterProcess bird, String keys)
      throws IOException, InterruptedException {
    configureBird(keys);
    bird.askUntil("Reconfigured", birdc("configure"));
  }

  private List<String> show() {
    return birdc("show protocols all ours");
  }
}
