// SPDX-License-Identifier: Apache-2.0
package dev.brindle.bird.speaker;

import static dev.brindle.bird.speaker.Loopback.prefixes;
import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeFalse;
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
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicBoolean;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;

/// Sessions whose segments are signed by TCP-AO (RFC 5925), two speakers of ours: the second calls.
class TcpAoTest {

  private static final IpAddress ANY = IpAddress.parse("::");

  private final int port = Loopback.freePort();
  private final int otherPort = Loopback.freePort();
  private final RecordingSink sink = new RecordingSink();
  private final RecordingSink otherSink = new RecordingSink();
  private final Speaker called = Loopback.speaker(sink);
  private final Speaker calling = Loopback.speaker(otherSink);
  private boolean isIpv6;
  private AoAlgorithm algorithm = AoAlgorithm.HMAC_SHA_1_96;

  @BeforeEach
  void assumeOwnNetwork() {
    OwnNetwork.assumeThere();
  }

  @AfterEach
  void close() {
    called.close();
    calling.close();
  }

  private static Optional<String> missing(AoAlgorithm algorithm) {
    return AoSupport.refusal(List.of(new AoKey(1, 1, algorithm, new Password("a"))));
  }

  private void assumeKernel() {
    assumeTrue(missing(algorithm).isEmpty(), () -> missing(algorithm).orElse(""));
  }

  /// `1/2=a 2/1=b`: sent as, received as, secret.
  private List<AoKey> keys(String text) {
    return Arrays.stream(text.split(" ", -1))
        .filter(it -> !it.isEmpty())
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

  private SpeakerConfig config(int host, String keys) {
    boolean isCalled = host == 1;
    ListenAddress listen =
        isCalled ? new ListenAddress(ANY, port) : new ListenAddress(address(host), otherPort);
    return config(host, keys, List.of(listen));
  }

  private SpeakerConfig config(int host, String keys, List<ListenAddress> listen) {
    boolean isCalled = host == 1;
    int peer = isCalled ? 2 : 1;
    return new SpeakerConfig(
        new AsNumber(64512 + host),
        OwnNetwork.ipv4(host),
        Optional.empty(),
        listen,
        List.of(),
        List.of(
            PeerConfig.of(
                    "peer",
                    PeerType.NODE,
                    address(peer),
                    new AsNumber(64512 + host),
                    new AsNumber(64512 + peer))
                .withPort(isCalled ? otherPort : port)
                .withSource(Optional.of(address(host)))
                .withPassive(isCalled)
                .withTiming(Loopback.TIMING)
                .withRouting(PeerRouting.of(isIpv6 ? Family.IPV6_UNICAST : Family.IPV4_UNICAST))
                .withAoKeys(keys(keys))),
        prefixes(isIpv6 ? "fd00:%d::/122".formatted(host) : "10.%d.0.0/26".formatted(host)),
        new AcceptAll(),
        new AcceptAll(),
        Duration.ofSeconds(30));
  }

  private IpAddress address(int host) {
    return isIpv6 ? OwnNetwork.ipv6(host) : OwnNetwork.ipv4(host);
  }

  private void start(String ours, String theirs) {
    called.start(config(1, ours));
    calling.start(config(2, theirs));
  }

  private void areUp() throws InterruptedException {
    sink.await(routes -> routes.size() == 1);
    otherSink.await(routes -> routes.size() == 1);
  }

  @ParameterizedTest(name = "{0}")
  @EnumSource
  void signsWithEachAlgorithmThatTheKernelHas(AoAlgorithm each) throws InterruptedException {
    algorithm = each;
    assumeKernel();
    long before = counted("TCPAOGood");

    start("1/1=a", "1/1=a");

    areUp();
    assertThat(counted("TCPAOGood")).isGreaterThan(before + 3);
  }

  @ParameterizedTest(name = "IPv6 {0}, {1} and {2}")
  @CsvSource({
    "false, 1/2=a,       2/1=a",
    "true,  1/2=a,       2/1=a",
    "false, 1/1=a 2/2=b, 2/2=b",
    "true,  2/2=b,       2/2=b 1/1=a"
  })
  void keysOfBothSidesFit(boolean overIpv6, String ours, String theirs)
      throws InterruptedException {
    assumeKernel();
    isIpv6 = overIpv6;
    start(ours, theirs);
    areUp();
  }

  @ParameterizedTest(name = "IPv6 {0}, ours ''{1}'', theirs ''{2}'' counted as {3}")
  @CsvSource({
    "false, 1/1=a, 1/1=b, TCPAOBad",
    "true,  1/1=a, 1/1=b, TCPAOBad",
    "false, 1/1=a, 2/2=a, TCPAOKeyNotFound",
    "false, 1/1=a, '',    TCPAORequired",
    "true,  1/1=a, '',    TCPAORequired"
  })
  void withoutTheRightKeyThereIsNoSession(
      boolean overIpv6, String ours, String theirs, String counter) throws InterruptedException {
    assumeKernel();
    isIpv6 = overIpv6;
    long before = counted(counter);
    start(ours, theirs);

    Loopback.await("two segments dropped", () -> counted(counter) >= before + 2);
    assertThat(called.report().peers().getFirst().isEstablished()).isFalse();
    assertThat(sink.routes()).isEmpty();

    calling.reconfigure(config(2, ours));
    areUp();
  }

  /// New key in front on both sides, old one out on both.
  @ParameterizedTest(name = "IPv6 {0}")
  @CsvSource({"false", "true"})
  void keysRollUnderASession(boolean overIpv6) throws InterruptedException {
    assumeKernel();
    isIpv6 = overIpv6;
    start("1/1=a", "1/1=a");
    areUp();
    var since = called.report().peers().getFirst().since();

    called.reconfigure(config(1, "2/2=b 1/1=a"));
    calling.reconfigure(config(2, "2/2=b 1/1=a"));
    long roll = counted("TCPAOGood");
    Loopback.await("keepalives of both", () -> counted("TCPAOGood") >= roll + 4);
    called.reconfigure(config(1, "2/2=b"));
    calling.reconfigure(config(2, "2/2=b"));
    long rolled = counted("TCPAOGood");
    Loopback.await("keepalives of both", () -> counted("TCPAOGood") >= rolled + 4);

    assertThat(called.report().peers().getFirst().isEstablished()).isTrue();
    assertThat(called.report().peers().getFirst().since()).isEqualTo(since);
    calling.close();
    sink.await(routes -> routes.isEmpty());
    try (Speaker again = Loopback.speaker(new RecordingSink())) {
      again.start(config(2, "2/2=b"));
      sink.await(routes -> routes.size() == 1);
    }
  }

  @Test
  void anotherSecretOfAKeyEndsTheSession() throws InterruptedException {
    assumeKernel();
    start("1/1=a", "1/1=a");
    areUp();

    called.reconfigure(config(1, "1/1=b"));
    sink.await(routes -> routes.isEmpty());

    calling.reconfigure(config(2, "1/1=b"));
    areUp();
  }

  @Test
  void aListenerComesTogetherWithKeys() throws InterruptedException {
    assumeKernel();
    start("1/1=a", "2/2=b");

    List<ListenAddress> two =
        List.of(new ListenAddress(ANY, port), new ListenAddress(address(1), Loopback.freePort()));
    called.reconfigure(config(1, "2/2=b", two));
    areUp();

    called.reconfigure(config(1, "", two));
    calling.reconfigure(config(2, ""));
    areUp();
  }

  /// The kernel took the call before the listener had keys, we look at it when the peer has some.
  @Test
  void aCallThatWasTakenJustBeforeTheKeysIsClosed() throws IOException, InterruptedException {
    assumeKernel();
    CountDownLatch asked = new CountDownLatch(1);
    CountDownLatch answer = new CountDownLatch(1);
    AtomicBoolean isHeld = new AtomicBoolean();
    InstantSource clock = () -> held(isHeld, asked, answer);
    try (Speaker speaker = new Speaker(sink, clock, new Random(7))) {
      speaker.start(config(1, ""));
      isHeld.set(true);
      try (Socket _ = call(9)) { // a line about a stranger has a time
        asked.await();
        Thread reload = Thread.ofPlatform().start(() -> speaker.reconfigure(config(1, "1/1=a")));
        Loopback.await("the reload waits", () -> reload.getState() == Thread.State.WAITING);
        try (Socket unsigned = call(2)) {
          answer.countDown();

          assertThat(unsigned.getInputStream().read()).as("closed without a word").isEqualTo(-1);
          reload.join();
          assertThat(speaker.report().peers().getFirst().reason())
              .startsWith("its call came before what secures it");
        }
      }
      calling.start(config(2, "1/1=a"));
      sink.await(routes -> routes.size() == 1);
    }
  }

  private static Instant held(AtomicBoolean isHeld, CountDownLatch asked, CountDownLatch answer) {
    if (isHeld.get()) {
      asked.countDown();
      try {
        answer.await();
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
      }
    }
    return Instant.now();
  }

  private Socket call(int host) throws IOException {
    Socket socket = new Socket();
    socket.setSoTimeout((int) Loopback.PATIENCE.toMillis());
    socket.bind(new InetSocketAddress(InetAddress.getByAddress(address(host).bytes()), 0));
    socket.connect(new InetSocketAddress(InetAddress.getByAddress(address(1).bytes()), port));
    return socket;
  }

  @Test
  void withoutTheKernelThereIsNoSession() {
    assumeFalse(missing(algorithm).isEmpty(), "this kernel has TCP-AO");
    start("1/1=a", "1/1=a");

    for (Speaker speaker : List.of(called, calling)) {
      assertThat(speaker.report().peers().getFirst().reason())
          .isEqualTo("tcpAo needs epoll and a kernel with CONFIG_TCP_AO (Linux 6.7 or newer)");
      assertThat(speaker.report().peers().getFirst().isEstablished()).isFalse();
    }
  }

  /// `TcpExt:` twice: names, then numbers.
  static long counted(String name) {
    try {
      List<String> lines =
          Files.readAllLines(Path.of("/proc/self/net/netstat")).stream()
              .filter(line -> line.startsWith("TcpExt:"))
              .toList();
      int at = List.of(lines.get(0).split(" ", -1)).indexOf(name);
      return Long.parseLong(lines.get(1).split(" ", -1)[at]);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
