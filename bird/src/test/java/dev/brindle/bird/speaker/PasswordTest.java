// SPDX-License-Identifier: Apache-2.0
package dev.brindle.bird.speaker;

import static dev.brindle.bird.speaker.Loopback.prefixes;
import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.brindle.api.net.AsNumber;
import dev.brindle.api.net.IpAddress;
import dev.brindle.bird.filter.AcceptAll;
import dev.brindle.bird.topology.ListenAddress;
import dev.brindle.bird.topology.Password;
import dev.brindle.bird.topology.PeerConfig;
import dev.brindle.bird.topology.PeerRouting;
import dev.brindle.bird.topology.PeerType;
import dev.brindle.bird.topology.SpeakerConfig;
import dev.brindle.bird.wire.Family;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/// Sessions whose segments are signed (RFC 2385), with BIRD at the other end.
class PasswordTest {

  private static final String BIRD = "/usr/sbin/bird";
  private static final AsNumber OURS = new AsNumber(64512);
  private static final AsNumber THEIRS = new AsNumber(64513);

  private final int port = Loopback.freePort();
  private final int theirPort = Loopback.freePort();
  private final RecordingSink sink = new RecordingSink();
  private final Speaker speaker = Loopback.speaker(sink);

  @TempDir private Path directory;

  @BeforeEach
  void assumeBird() {
    OwnNetwork.assumeThere();
    assumeTrue(
        Files.isExecutable(Path.of(BIRD)),
        BIRD + " is not there: install the Debian package bird2");
    assumeTrue(hasSignatures(), "this kernel has no TCP MD5 signatures (CONFIG_TCP_MD5SIG)");
  }

  @AfterEach
  void close() {
    speaker.close();
  }

  private static boolean hasSignatures() {
    try (Transport transport = new Transport()) {
      return transport.hasPasswords();
    }
  }

  private static IpAddress host(boolean isIpv6, int number) {
    return isIpv6 ? OwnNetwork.ipv6(number) : OwnNetwork.ipv4(number);
  }

  private SpeakerConfig config(boolean isIpv6, boolean passive, IpAddress listen, String key) {
    PeerConfig peer =
        PeerConfig.of("bird", PeerType.NODE, host(isIpv6, 2), OURS, THEIRS)
            .withPort(theirPort)
            .withSource(Optional.of(host(isIpv6, 1)))
            .withPassive(passive)
            .withTiming(Loopback.TIMING)
            .withRouting(PeerRouting.of(isIpv6 ? Family.IPV6_UNICAST : Family.IPV4_UNICAST));
    return new SpeakerConfig(
        OURS,
        OwnNetwork.ipv4(1),
        Optional.empty(),
        List.of(new ListenAddress(listen, port)),
        List.of(),
        List.of(key.isEmpty() ? peer : peer.withPassword(new Password(key))),
        prefixes(isIpv6 ? "fd00:1::/122" : "10.1.0.0/26"),
        new AcceptAll(),
        new AcceptAll(),
        Duration.ofSeconds(30));
  }

  private RouterProcess startBird(boolean isIpv6, boolean passive, String key) throws IOException {
    String family = isIpv6 ? "ipv6" : "ipv4";
    Files.writeString(
        directory.resolve("bird.conf"),
        """
        router id 192.0.2.2;
        protocol device {}
        protocol static own { %s; route %s blackhole; }
        protocol bgp ours {
          local %s port %d as 64513;
          neighbor %s port %d as 64512;
          %s
          passive %s;
          multihop;
          hold time 9;
          connect delay time 1;
          connect retry time 1;
          error wait time 1, 1;
          %s { import all; export all; };
        }
        """
            .formatted(
                family,
                isIpv6 ? "fd00:2::/122" : "10.2.0.0/26",
                host(isIpv6, 2),
                theirPort,
                host(isIpv6, 1),
                port,
                key.isEmpty() ? "" : "password \"%s\";".formatted(key),
                passive ? "on" : "off",
                family));
    return RouterProcess.start(
        directory, List.of(BIRD, "-f", "-c", "bird.conf", "-s", "bird.ctl", "-P", "bird.pid"));
  }

  @ParameterizedTest(name = "IPv6 {0}, we are called {1}, listening on {2}")
  @CsvSource({
    "false, false, 192.0.2.1",
    "false, true,  192.0.2.1",
    "false, true,  ::",
    "true,  false, 2001:db8::1",
    "true,  true,  2001:db8::1",
    "true,  true,  ::"
  })
  void bothKnowThePassword(boolean isIpv6, boolean passive, IpAddress listen)
      throws IOException, InterruptedException {
    speaker.start(config(isIpv6, passive, listen, "a secret"));
    try (RouterProcess bird = startBird(isIpv6, !passive, "a secret")) {
      assertThat(sink.await(routes -> routes.size() == 1).keySet())
          .isEqualTo(prefixes(isIpv6 ? "fd00:2::/122" : "10.2.0.0/26"));
      bird.askUntil(
          isIpv6 ? "fd00:1::/122" : "10.1.0.0/26",
          List.of("/usr/sbin/birdc", "-s", directory.resolve("bird.ctl").toString(), "show route"));
    }
  }

  /// Whoever calls: the kernel of one side or the other counts what it dropped.
  @ParameterizedTest(name = "IPv6 {0}, we are called {1}, ours ''{2}'', theirs ''{3}''")
  @CsvSource({
    "false, true,  right, wrong",
    "false, false, right, wrong",
    "true,  true,  right, wrong",
    "true,  false, right, wrong",
    "false, true,  right, ''",
    "false, true,  '',    right",
    "true,  true,  right, ''"
  })
  void withoutTheSamePasswordThereIsNoSession(
      boolean isIpv6, boolean passive, String ours, String theirs)
      throws IOException, InterruptedException {
    long before = dropped();
    speaker.start(config(isIpv6, passive, IpAddress.parse("::"), ours));
    try (RouterProcess _ = startBird(isIpv6, !passive, theirs)) {
      Loopback.await("two segments dropped", () -> dropped() >= before + 2);

      assertThat(speaker.report().peers().getFirst().isEstablished()).isFalse();
      assertThat(sink.routes()).isEmpty();

      speaker.reconfigure(config(isIpv6, passive, IpAddress.parse("::"), theirs));
      sink.await(routes -> routes.size() == 1);
    }
  }

  /// A password that comes or changes ends the session, and the listener asks for the new one.
  @ParameterizedTest(name = "IPv6 {0}")
  @ValueSource(booleans = {false, true})
  void aPasswordThatComesEndsTheSession(boolean isIpv6) throws IOException, InterruptedException {
    IpAddress any = IpAddress.parse("::");
    speaker.start(config(isIpv6, true, any, ""));
    try (RouterProcess _ = startBird(isIpv6, false, "")) {
      sink.await(routes -> routes.size() == 1);
      long before = dropped();

      speaker.reconfigure(config(isIpv6, true, any, "new"));

      Loopback.await("a segment dropped", () -> dropped() > before);
      assertThat(speaker.report().peers().getFirst().isEstablished()).isFalse();
    }
  }

  @Test
  void aPasswordShowsNowhere() {
    assertThat(config(false, true, IpAddress.parse("::"), "hush").toString())
        .doesNotContain("hush");
  }

  private static long dropped() {
    return md5Counters().stream().mapToLong(Long::longValue).sum();
  }

  /// `TcpExt:` twice: names, then numbers.
  private static List<Long> md5Counters() {
    try {
      List<String> lines =
          Files.readAllLines(Path.of("/proc/self/net/netstat")).stream()
              .filter(line -> line.startsWith("TcpExt:"))
              .toList();
      List<String> names = List.of(lines.get(0).split(" ", -1));
      List<String> numbers = List.of(lines.get(1).split(" ", -1));
      return names.stream()
          .filter(name -> name.startsWith("TCPMD5"))
          .map(name -> Long.parseLong(numbers.get(names.indexOf(name))))
          .toList();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
