// SPDX-License-Identifier: Apache-2.0
package dev.brindle.node.bgp;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.brindle.api.net.Cidr;
import dev.brindle.api.net.InterfaceAddress;
import dev.brindle.api.net.IpAddress;
import dev.brindle.bird.speaker.Installation;
import dev.brindle.bird.speaker.RouteUpdate;
import dev.brindle.linux.libc.JnrLibc;
import dev.brindle.linux.libc.NetworkNamespace;
import dev.brindle.linux.live.LiveKernel;
import dev.brindle.linux.testing.Waiting;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.DatagramPacket;
import java.net.DatagramSocket;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.locks.LockSupport;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/// Packets go on while their route changes: from one next hop to another, to several, and back.
class FibTrafficTest {

  private static final int FLIPS = 1_000;
  private static final int PORT = 4_000;

  /// More than that must not be under way: they would not fit the receiver's buffer.
  private static final long WINDOW = 50;

  /// A look-up that found an IPv4 route just before it was replaced takes it for dead, and no
  /// other: that is the kernel's, and rare. Without a route in between hundreds would be refused.
  private static final long MISSED = FLIPS / 100;

  private final AtomicLong sent = new AtomicLong();
  private final AtomicLong refused = new AtomicLong();
  private final AtomicLong received = new AtomicLong();
  private final AtomicBoolean isEnough = new AtomicBoolean();
  private final AtomicBoolean isOver = new AtomicBoolean();

  @ParameterizedTest
  @CsvSource({
    "10.1.0.0/24, 10.1.0.1, 192.0.2.2, 203.0.113.2",
    "2001:db8:99::/64, 2001:db8:99::1, 2001:db8::2, 2001:db8:ffff::2"
  })
  void noPacketIsLost(String prefix, String target, String first, String second) throws Exception {
    assumeTrue(
        JnrLibc.get().effectiveUser() == 0,
        "needs root, of the machine or of a user namespace (unshare -Urnm)");
    try (LiveKernel near = LiveKernel.in(NetworkNamespace.create(JnrLibc.get()));
        LiveKernel far = LiveKernel.in(NetworkNamespace.create(JnrLibc.get()))) {
      link(near, far, "eth0", List.of("192.0.2.%d/24", "2001:db8::%d/64"));
      link(near, far, "eth1", List.of("203.0.113.%d/24", "2001:db8:ffff::%d/64"));
      up(far, "lo");
      InterfaceAddress host =
          InterfaceAddress.parse(target + (target.contains(":") ? "/128" : "/32"));
      far.links().addAddress(index(far, "lo"), host);
      try (KernelRouteSink sink = new KernelRouteSink(LiveKernel.open(near.namespace().path()));
          DatagramSocket out = near.namespace().call(() -> socket(0));
          DatagramSocket in = far.namespace().call(() -> socket(PORT))) {
        become(sink, prefix, List.of(first));
        Thread receiver = Thread.ofPlatform().start(() -> receive(in));
        Thread sender =
            Thread.ofPlatform()
                .start(() -> send(out, new InetSocketAddress(address(target), PORT)));
        // each next hop's hardware address is asked for once
        for (String next : List.of(second, first)) {
          become(sink, prefix, List.of(next));
          arrive(20);
        }
        long before = received.get();
        for (int flip = 0; flip < FLIPS; flip++) {
          become(
              sink,
              prefix,
              switch (flip % 4) {
                case 0 -> List.of(second);
                case 1 -> List.of(first, second);
                case 2 -> List.of(first);
                default -> List.of(second, first);
              });
          arrive(1);
        }
        isEnough.set(true);
        sender.join();
        isOver.set(true);
        while (received.get() < sent.get() && receiver.isAlive()) {
          LockSupport.parkNanos(100_000);
        }
        assertThat(refused).hasValueLessThan(MISSED);
        assertThat(received).hasValue(sent.get());
        assertThat(received.get() - before).isGreaterThan(FLIPS);
        System.out.printf(
            "%d flips, %d packets, none lost, %d refused%n",
            FLIPS, received.get() - before, refused.get());
      }
    }
  }

  private void arrive(long more) {
    long wanted = received.get() + more;
    Waiting.until(
        () -> "%d packets, %d came of %d".formatted(wanted, received.get(), sent.get()),
        () -> received.get() >= wanted || isEnough.get());
  }

  private static void become(KernelRouteSink sink, String prefix, List<String> gateways) {
    List<IpAddress> through = gateways.stream().map(IpAddress::parse).toList();
    sink.apply(List.of(new RouteUpdate.Reachable(Cidr.parse(prefix), through, false, 100)));
    Waiting.until(
        () -> "%s via %s: %s".formatted(prefix, gateways, sink.installation(Cidr.parse(prefix))),
        () ->
            sink.installation(Cidr.parse(prefix))
                .filter(Installation.Installed.class::isInstance)
                .isPresent());
  }

  private void send(DatagramSocket out, InetSocketAddress target) {
    byte[] content = new byte[16];
    while (!isEnough.get()) {
      if (sent.get() - received.get() >= WINDOW) {
        LockSupport.parkNanos(20_000);
        continue;
      }
      try {
        out.send(new DatagramPacket(content, content.length, target));
        sent.incrementAndGet();
      } catch (IOException e) {
        refused.incrementAndGet(); // no route
      }
    }
  }

  private void receive(DatagramSocket in) {
    DatagramPacket packet = new DatagramPacket(new byte[64], 64);
    try {
      in.setSoTimeout(20_000);
      while (!isOver.get() || received.get() < sent.get()) {
        in.receive(packet);
        received.incrementAndGet();
      }
    } catch (IOException e) {
      isEnough.set(true); // the count says how many are missing
    }
  }

  private static InetAddress address(String text) {
    return InetAddress.ofLiteral(text);
  }

  private static DatagramSocket socket(int port) {
    try {
      return new DatagramSocket(port);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /// @param networks the near end's address is 1, the far end's 2
  private static void link(LiveKernel near, LiveKernel far, String name, List<String> networks) {
    near.links()
        .createVeth(
            name,
            Optional.empty(),
            1500,
            0,
            name,
            Optional.empty(),
            far.namespace().path().toString());
    for (LiveKernel end : List.of(near, far)) {
      // else nobody answers for an IPv6 address in its first seconds, and what is sent gets lost
      end.sysctl().write("net/ipv6/conf/%s/accept_dad".formatted(name), "0");
      end.sysctl().write("net/ipv6/conf/%s/dad_transmits".formatted(name), "0");
    }
    for (LiveKernel end : List.of(near, far)) {
      up(end, name);
      int number = end.equals(near) ? 1 : 2;
      for (String network : networks) {
        InterfaceAddress address = InterfaceAddress.parse(network.formatted(number));
        end.links().addAddress(index(end, name), address);
      }
    }
    for (String all : List.of("all", name)) {
      far.sysctl().write("net/ipv4/conf/%s/rp_filter".formatted(all), "0");
    }
  }

  private static int index(LiveKernel kernel, String name) {
    return kernel.links().find(name).orElseThrow().index();
  }

  private static void up(LiveKernel kernel, String name) {
    kernel.links().setUp(index(kernel, name), true);
  }
}
