// SPDX-License-Identifier: Apache-2.0
package dev.brindle.tests.cluster;

import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.brindle.api.net.IpFamily;
import dev.brindle.lab.topology.Addressing;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.channels.SocketChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/// A router that is no part of the cluster: BIRD where this process is. Each node is to be its
/// peer, and what they tell it of one network goes to its kernel, so that this process reaches
/// that.
final class OutsideRouter implements AutoCloseable {

  static final int AS = 65_001;

  private static final String BIRD = "/usr/sbin/bird";
  private static final int PATIENCE_MILLIS = 3_000;

  /// `PREFIX  unicast [PEER 12:00:00.000] * (100) [AS64512i]`, where the next way of the same
  /// prefix has no prefix.
  private static final Pattern WAY =
      Pattern.compile("(?m)^(\\d+(?:\\.\\d+){3}/\\d+)?\\s+unicast \\[(\\w+) ");

  private final Path control;
  private final Process bird;

  private OutsideRouter(Path control, Process bird) {
    this.control = control;
    this.bird = bird;
  }

  static void need() {
    assumeTrue(Files.isExecutable(Path.of(BIRD)), "needs BIRD 2 (package bird2)");
  }

  /// @param taken what it takes of nodes, and all in it
  static OutsideRouter start(Cluster cluster, String taken) {
    StringBuilder config =
        new StringBuilder(
            """
            router id %s;
            protocol device {}
            protocol kernel { merge paths on; ipv4 { import none; export all; }; }
            template bgp nodes {
              local %s as %d;
              connect delay time 1;
              connect retry time 1;
              error wait time 1, 1;
              ipv4 { import where net ~ [ %s+ ]; export none; };
            }
            """
                .formatted(address(), address(), AS, taken));
    for (String node : cluster.nodes()) {
      config.append(
          "protocol bgp %s from nodes { neighbor %s as 64512; }%n"
              .formatted(node, cluster.address(node)));
    }
    Path control = cluster.base().resolve("outside.ctl");
    try {
      Path file = Files.writeString(cluster.base().resolve("outside.conf"), config);
      Process bird =
          new ProcessBuilder(
                  BIRD,
                  "-f",
                  "-c",
                  file.toString(),
                  "-s",
                  control.toString(),
                  "-P",
                  cluster.base().resolve("outside.pid").toString())
              .redirectErrorStream(true)
              .redirectOutput(cluster.log("outside").toFile())
              .start();
      return new OutsideRouter(control, bird);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  static String address() {
    return Addressing.router(1, IpFamily.IPV4).address().toString();
  }

  /// Which nodes tell it of a prefix.
  Map<String, Set<String>> routes() {
    Matcher ways = WAY.matcher(birdc("show", "route"));
    Map<String, Set<String>> routes = new TreeMap<>();
    String prefix = "";
    while (ways.find()) {
      prefix = ways.group(1) == null ? prefix : ways.group(1);
      routes.computeIfAbsent(prefix, _ -> new TreeSet<>()).add(ways.group(2));
    }
    return routes;
  }

  String sessions() {
    return birdc("show", "protocols");
  }

  private String birdc(String... words) {
    try {
      ProcessBuilder builder = new ProcessBuilder("birdc", "-s", control.toString());
      builder.command().addAll(List.of(words));
      Process asked = builder.redirectErrorStream(true).start();
      String said = new String(asked.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
      asked.waitFor();
      return said;
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    } catch (InterruptedException e) {
      throw new IllegalStateException(e);
    }
  }

  /// Whether somebody answers there what is asked.
  static boolean reaches(String address, int port) {
    try (SocketChannel channel = SocketChannel.open()) {
      channel
          .socket()
          .connect(new InetSocketAddress(InetAddress.ofLiteral(address), port), PATIENCE_MILLIS);
      channel.socket().setSoTimeout(PATIENCE_MILLIS);
      channel.socket().getOutputStream().write('?');
      return channel.socket().getInputStream().read() == '?';
    } catch (IOException _) {
      return false;
    }
  }

  @Override
  public void close() {
    bird.destroyForcibly();
    bird.onExit().join();
  }
}
