// SPDX-License-Identifier: Apache-2.0
package dev.brindle.bird.speaker;

import static dev.brindle.bird.speaker.Loopback.config;
import static dev.brindle.bird.speaker.Loopback.peer;
import static dev.brindle.bird.speaker.Loopback.prefixes;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.brindle.bird.topology.PeerConfig;
import dev.brindle.bird.wire.AsPath;
import dev.brindle.bird.wire.Capability;
import dev.brindle.bird.wire.Capability.GracefulRestart;
import dev.brindle.bird.wire.Capability.RestartFamily;
import dev.brindle.bird.wire.Family;
import dev.brindle.bird.wire.Message.Keepalive;
import dev.brindle.bird.wire.Message.Notification;
import dev.brindle.bird.wire.Message.Open;
import dev.brindle.bird.wire.Message.Update;
import dev.brindle.bird.wire.Octets;
import dev.brindle.bird.wire.PathAttribute.LocalPref;
import dev.brindle.bird.wire.PathAttribute.NextHop;
import dev.brindle.bird.wire.PathAttribute.Origin;
import dev.brindle.bird.wire.PathAttributes;
import java.io.IOException;
import java.net.SocketTimeoutException;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/// Graceful restart (RFC 4724, RFC 8538) with peers that say exactly what we want, sentence by
/// sentence.
class RestartTest {

  private static final long AS = 64512;

  private final int port = Loopback.freePort();
  private final RecordingSink sink = new RecordingSink();
  private final Speaker speaker = Loopback.speaker(sink);

  @AfterEach
  void close() {
    speaker.close();
  }

  private PeerConfig raw(int host) {
    return peer(1, AS, host, AS, port).withPassive(true);
  }

  private RawPeer call(int host) throws IOException {
    return RawPeer.call(host, Loopback.address(1), port);
  }

  /// @param families such as `4+` for IPv4 that was forwarded all the time, `6-` for IPv6 not
  private static List<Capability> offer(
      boolean restarting, boolean notification, int seconds, String families) {
    List<RestartFamily> kept =
        Arrays.stream(families.split(" ", -1))
            .filter(it -> !it.isEmpty())
            .map(
                it ->
                    new RestartFamily(
                        (it.startsWith("4") ? Family.IPV4_UNICAST : Family.IPV6_UNICAST).wire(),
                        it.endsWith("+")))
            .toList();
    return List.of(new GracefulRestart(restarting, notification, seconds, kept));
  }

  private static Update announce(String... texts) {
    PathAttributes attributes =
        PathAttributes.of(new Origin(Origin.Source.IGP), AsPath.EMPTY)
            .with(NextHop.of(Loopback.address(2)))
            .with(new LocalPref(100));
    return Update.announce(attributes, List.copyOf(prefixes(texts)));
  }

  private static Update endOfRib() {
    return Update.endOfRib(Family.IPV4_UNICAST);
  }

  private PeerReport report() {
    return speaker.report().peers().getFirst();
  }

  private void awaitDown() {
    Loopback.await("it is down", () -> !report().isEstablished());
  }

  @ParameterizedTest(name = "N {0}, restart {1} s of {2}, end by {3}: {4}")
  @CsvSource(
      textBlock =
          """
          # N,   time, families, end,                  routes stay
          true,  60,   4+,       connection,           true
          false, 60,   4+,       connection,           true
          true,  60,   4-,       connection,           true
          true,  60,   6+,       connection,           false
          true,  60,   '',       connection,           false
          true,  0,    4+,       connection,           false
          true,  60,   4+,       cease 4,              true
          true,  60,   4+,       cease 2,              true
          true,  60,   4+,       cease 9,              false
          true,  60,   4+,       hold timer,           true
          true,  60,   4+,       nonsense,             true
          false, 60,   4+,       cease 4,              false
          false, 60,   4+,       hold timer,           false
          false, 60,   4+,       nonsense,             false
          """)
  void keepsWhatIsToBeKept(
      boolean notification, int seconds, String families, String end, boolean stays)
      throws IOException, InterruptedException {
    speaker.start(config(1, AS, port, raw(2)));
    try (RawPeer peer = call(2)) {
      int hold = end.equals("hold timer") ? 3 : 0;
      peer.establish(2, AS, hold, offer(false, notification, seconds, families));
      peer.say(announce("10.2.0.0/26"));
      if (hold == 0) { // or it may be over already
        sink.await(routes -> routes.size() == 1);
      }
      switch (end) {
        case "connection" -> peer.hangUp();
        case "cease 2" -> peer.say(Notification.cease(2));
        case "cease 4" -> peer.say(Notification.cease(4));
        case "cease 9" -> peer.say(new Notification(6, 9, Octets.of(6, 2)));
        case "hold timer" -> peer.hearUntil(Notification.class);
        case "nonsense" -> peer.sayRaw(new byte[100]);
        default -> throw new IllegalArgumentException(end);
      }
    }
    awaitDown();

    sink.await(routes -> routes.size() == (stays ? 1 : 0));
    assertThat(report().stale()).isEqualTo(stays);
  }

  @ParameterizedTest(name = "comes back {0}: {1}")
  @CsvSource(
      textBlock =
          """
          # back with,  routes stay
          '4+',         true
          '4-',         false
          '6+',         false
          '',           false
          none,         false
          """)
  void whatIsNoLongerForwardedGoesWhenThePeerIsBack(String back, boolean stays)
      throws IOException, InterruptedException {
    speaker.start(config(1, AS, port, raw(2)));
    try (RawPeer peer = call(2)) {
      peer.establish(2, AS, 90, offer(false, true, 60, "4+"));
      peer.say(announce("10.2.0.0/26"));
      sink.await(routes -> routes.size() == 1);
    }
    awaitDown();
    try (RawPeer again = call(2)) {
      again.establish(2, AS, 90, back.equals("none") ? List.of() : offer(true, true, 60, back));
      again.say(announce("10.2.1.0/26"));

      sink.await(
          routes ->
              routes
                  .keySet()
                  .equals(
                      stays ? prefixes("10.2.0.0/26", "10.2.1.0/26") : prefixes("10.2.1.0/26")));
      again.say(endOfRib());
      sink.await(routes -> routes.keySet().equals(prefixes("10.2.1.0/26")));
    }
  }

  @Test
  void whoDoesNotComeBackInTimeLosesAll() throws IOException, InterruptedException {
    speaker.start(config(1, AS, port, raw(2)));
    try (RawPeer peer = call(2)) {
      peer.establish(2, AS, 90, offer(false, true, 2, "4+"));
      peer.say(announce("10.2.0.0/26"));
      sink.await(routes -> routes.size() == 1);
    }
    long left = System.nanoTime();

    sink.await(routes -> routes.isEmpty());
    assertThat(Duration.ofNanos(System.nanoTime() - left)).isGreaterThan(Duration.ofMillis(1_500));
  }

  /// RFC 4724 §4.2: what is stale at a second failure had its chance.
  @Test
  void aSecondFailureTakesWhatWasNotToldAgain() throws IOException, InterruptedException {
    speaker.start(config(1, AS, port, raw(2)));
    try (RawPeer first = call(2)) {
      first.establish(2, AS, 90, offer(false, true, 60, "4+"));
      first.say(announce("10.2.0.0/26", "10.2.1.0/26"));
      first.say(endOfRib());
      sink.await(routes -> routes.size() == 2);
    }
    awaitDown();
    try (RawPeer second = call(2)) {
      second.establish(2, AS, 90, offer(true, true, 60, "4+"));
      second.say(announce("10.2.1.0/26", "10.2.2.0/26"));
      sink.await(routes -> routes.size() == 3);
    }

    sink.await(routes -> routes.keySet().equals(prefixes("10.2.1.0/26", "10.2.2.0/26")));
    assertThat(report().stale()).isTrue();
  }

  @Test
  void anAttemptThatFailsMeanwhileIsNoSecondFailure() throws IOException, InterruptedException {
    speaker.start(config(1, AS, port, raw(2)));
    try (RawPeer first = call(2)) {
      first.establish(2, AS, 90, offer(false, true, 60, "4+"));
      first.say(announce("10.2.0.0/26"));
      sink.await(routes -> routes.size() == 1);
    }
    awaitDown();
    try (RawPeer attempt = call(2)) {
      attempt.hearUntil(Open.class);
    }
    try (RawPeer again = call(2)) {
      again.establish(2, AS, 90, offer(true, true, 60, "4+"));
      again.say(announce("10.2.1.0/26"));

      sink.await(routes -> routes.size() == 2);
    }
  }

  // ---- we have restarted

  private static GracefulRestart restartIn(Open open) {
    return open.capabilities().stream()
        .filter(GracefulRestart.class::isInstance)
        .map(GracefulRestart.class::cast)
        .findFirst()
        .orElseThrow();
  }

  @Test
  void saysThatItRestartsUntilAllHaveTold() throws IOException, InterruptedException {
    speaker.start(config(1, AS, port, raw(2)));
    try (RawPeer peer = call(2)) {
      GracefulRestart offered = restartIn(peer.hearUntil(Open.class));
      assertThat(offered.restarting()).isTrue();
      assertThat(offered.notification()).isTrue();
      assertThat(offered.families()).allMatch(RestartFamily::forwardingKept).hasSize(2);
      peer.establish(2, AS, 90, offer(false, true, 60, ""));
      peer.say(endOfRib());
      sink.awaitConverged();
    }
    awaitDown();
    try (RawPeer again = call(2)) {
      assertThat(restartIn(again.hearUntil(Open.class)).restarting()).isFalse();
    }
  }

  /// It comes up with our KEEPALIVE. Were we killed before our routes follow it would delete what
  /// it kept of them (RFC 4724 §4.2), so there is no moment between the two.
  @ParameterizedTest(name = "{0}")
  @CsvSource({"says KEEPALIVE", "waits for ours", "restarts too", "keeps nothing"})
  void whoKeptOurRoutesHasThemAnewAsSoonAsItIsUp(String what) throws IOException {
    speaker.start(config(1, AS, port, raw(2)).withAnnounce(prefixes("10.1.0.0/26")));
    try (RawPeer peer = call(2)) {
      switch (what) {
        case "says KEEPALIVE" -> {
          peer.open(2, AS, 90, offer(false, true, 60, "4+"));
          peer.say(new Keepalive());
          peer.hearUntil(Keepalive.class);
          assertThat(peer.hasMore()).as("in the same segment").isTrue();
        }
        case "waits for ours" -> {
          peer.open(2, AS, 90, offer(false, true, 60, "4+"));
          peer.hearUntil(Keepalive.class);
          peer.say(new Keepalive());
        }
        case "restarts too" -> {
          peer.open(2, AS, 90, offer(true, true, 60, "4+"));
          peer.hearUntil(Keepalive.class);
          peer.say(new Keepalive());
        }
        default -> {
          peer.open(2, AS, 90);
          peer.hearUntil(Keepalive.class);
          peer.say(new Keepalive());
        }
      }
      assertThat(peer.hearUntil(Update.class).announced()).hasSize(1);
    }
  }

  /// Its routes are gone from the kernel, and so may be pods. What it says later is of a session
  /// that ended without a restart.
  @ParameterizedTest(name = "up for {0} s, routes kept for {1} s: {2}")
  @CsvSource({"60, 120, false", "130, 120, true", "121, 120, true", "120, 120, false"})
  void aMachineThatJustCameUpForwardsNothing(int upFor, int keptFor, boolean forwards)
      throws IOException, InterruptedException {
    sink.upFor(Duration.ofSeconds(upFor));
    PeerConfig keeps = raw(2);
    speaker.start(
        config(
            1,
            AS,
            port,
            keeps.withTiming(keeps.timing().withRestart(Duration.ofSeconds(keptFor)))));
    try (RawPeer peer = call(2)) {
      GracefulRestart offered = restartIn(peer.hearUntil(Open.class));
      assertThat(offered.restarting()).isTrue();
      assertThat(offered.families()).allMatch(it -> it.forwardingKept() == forwards).hasSize(2);
      peer.establish(2, AS, 90, offer(false, true, 60, ""));
      peer.say(endOfRib());
      sink.awaitConverged();
    }
    awaitDown();
    try (RawPeer again = call(2)) {
      assertThat(restartIn(again.hearUntil(Open.class)).families())
          .allMatch(RestartFamily::forwardingKept);
    }
  }

  /// The route of one is for the other, who may still have it from before: it must not hear that
  /// this was all until we have heard the one.
  @ParameterizedTest(name = "the one {0}")
  @CsvSource({"says End-of-RIB", "has no graceful restart", "restarts too", "is taken away"})
  void endOfRibWaitsForWhatWillBePassedOn(String what) throws IOException {
    PeerConfig told = peer(1, AS, 2, AS + 1, port).withPassive(true);
    PeerConfig teller = raw(3);
    speaker.start(config(1, AS, port, told, teller).withAnnounce(prefixes("10.1.0.0/26")));
    try (RawPeer waiting = call(2);
        RawPeer one = call(3)) {
      waiting.establish(2, AS + 1, 90, offer(false, true, 60, "4+"));
      waiting.say(endOfRib());
      assertThat(waiting.hearUntil(Update.class).endOfRib()).isEmpty();
      waiting.setPatience(300);
      assertThatThrownBy(() -> waiting.hearUntil(Update.class))
          .isInstanceOf(SocketTimeoutException.class);
      waiting.resetPatience();

      switch (what) {
        case "says End-of-RIB" -> {
          one.establish(3, AS, 90, offer(false, true, 60, "4+"));
          one.say(endOfRib());
        }
        case "has no graceful restart" -> {
          one.establish(3, AS, 90);
          one.say(new Keepalive());
        }
        case "restarts too" -> one.establish(3, AS, 90, offer(true, true, 60, "4+"));
        default ->
            speaker.reconfigure(config(1, AS, port, told).withAnnounce(prefixes("10.1.0.0/26")));
      }

      assertThat(waiting.hearUntil(Update.class).endOfRib()).contains(Family.IPV4_UNICAST);
    }
  }

  /// kube-router#1323, gobgp#2596: a peer that will never say End-of-RIB hears of our routes.
  @Test
  void routesAreNotHeldBackFromAPeerThatNeverSaysEndOfRib() throws IOException {
    speaker.start(config(1, AS, port, raw(2), raw(3)).withAnnounce(prefixes("10.1.0.0/26")));
    try (RawPeer plain = call(2)) {
      plain.establish(2, AS, 90);

      assertThat(plain.hearUntil(Update.class).announced()).hasSize(1);
      // what one internal peer tells is not for another: no reason to wait
      assertThat(plain.hearUntil(Update.class).endOfRib()).contains(Family.IPV4_UNICAST);
    }
  }
}
