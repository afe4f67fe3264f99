// SPDX-License-Identifier: Apache-2.0
package dev.brindle.bird.speaker;

import dev.brindle.api.net.AsNumber;
import dev.brindle.api.net.Cidr;
import dev.brindle.api.net.IpAddress;
import dev.brindle.bird.filter.AcceptAll;
import dev.brindle.bird.topology.ListenAddress;
import dev.brindle.bird.topology.PeerConfig;
import dev.brindle.bird.topology.PeerRouting;
import dev.brindle.bird.topology.PeerTiming;
import dev.brindle.bird.topology.PeerType;
import dev.brindle.bird.topology.SpeakerConfig;
import dev.brindle.bird.wire.Family;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.BindException;
import java.net.ServerSocket;
import java.time.Duration;
import java.time.InstantSource;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import java.util.Set;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.locks.LockSupport;
import java.util.function.BooleanSupplier;
import java.util.stream.Collectors;

/// Speakers on 127.0.0.x, all on one high port.
public final class Loopback {

  static final PeerTiming TIMING =
      PeerTiming.CALICO.withHoldTime(Duration.ofSeconds(9)).withConnectRetry(Duration.ofSeconds(1));

  /// Costs nothing where all is well, and a slow machine has its time.
  static final Duration PATIENCE = Duration.ofSeconds(60);

  /// Below what Linux gives to callers by itself (net.ipv4.ip_local_port_range).
  private static final int LAST_PORT = 32_767;

  private static final AtomicInteger NEXT_PORT =
      new AtomicInteger(12_000 + (int) (ProcessHandle.current().pid() % 100) * 100);

  private Loopback() {}

  /// A port that nobody listens on, at any address, and nobody is given again. The kernel gives it
  /// to no caller either, whose old connections would keep it for a minute.
  public static int freePort() {
    boolean isOurs = OwnNetwork.isThere(); // which brings it up
    for (int port = NEXT_PORT.getAndIncrement(); port <= LAST_PORT; ) {
      try (ServerSocket socket = new ServerSocket(port, 1)) {
        return socket.getLocalPort();
      } catch (BindException e) {
        port = NEXT_PORT.getAndIncrement(); // outside of a namespace of our own others live here
      } catch (IOException e) {
        throw new UncheckedIOException("no loopback, own namespace: " + isOurs, e);
      }
    }
    throw new IllegalStateException("no port is left below " + LAST_PORT);
  }

  /// Waits for what no event tells us.
  public static void await(String what, BooleanSupplier condition) {
    await(what, PATIENCE, condition);
  }

  static void await(String what, Duration patience, BooleanSupplier condition) {
    long end = System.nanoTime() + patience.toNanos();
    while (!condition.getAsBoolean()) {
      if (System.nanoTime() > end) {
        throw new AssertionError("not within %s: %s".formatted(patience, what));
      }
      LockSupport.parkNanos(1_000_000);
    }
  }

  static Speaker speaker(RouteSink sink) {
    return new Speaker(sink, InstantSource.system(), new Random(7));
  }

  static IpAddress address(int host) {
    return IpAddress.ofIpv4(0x7f000000L + host);
  }

  static AsNumber as(long number) {
    return new AsNumber(number);
  }

  /// Host `host` of AS `as`, with an IPv6 address for next hops.
  static SpeakerConfig config(int host, long as, int port, PeerConfig... peers) {
    return new SpeakerConfig(
        as(as),
        address(host),
        Optional.empty(),
        List.of(new ListenAddress(address(host), port)),
        List.of(address(host), IpAddress.parse("2001:db8::" + host)),
        List.of(peers),
        Set.of(),
        new AcceptAll(),
        new AcceptAll(),
        Duration.ofSeconds(30));
  }

  /// A host with one address.
  static SpeakerConfig host(
      IpAddress address, AsNumber as, int port, Set<Cidr> announced, PeerConfig... peers) {
    return new SpeakerConfig(
        as,
        address,
        Optional.empty(),
        List.of(new ListenAddress(address, port)),
        List.of(address),
        List.of(peers),
        announced,
        new AcceptAll(),
        new AcceptAll(),
        Duration.ofSeconds(30));
  }

  /// How `host` sees `peer`.
  static PeerConfig peer(int host, long as, int peer, long peerAs, int port) {
    return PeerConfig.of("Node_" + peer, PeerType.NODE, address(peer), as(as), as(peerAs))
        .withPort(port)
        .withSource(Optional.of(address(host)))
        .withTiming(TIMING)
        .withRouting(PeerRouting.of(Family.IPV4_UNICAST, Family.IPV6_UNICAST));
  }

  static Set<Cidr> prefixes(String... texts) {
    return Arrays.stream(texts).map(Cidr::parse).collect(Collectors.toSet());
  }
}
