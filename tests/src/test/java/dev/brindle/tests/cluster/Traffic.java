// SPDX-License-Identifier: Apache-2.0
package dev.brindle.tests.cluster;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import dev.brindle.linux.libc.NetworkNamespace;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.channels.SocketChannel;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;

/// What pods say to each other.
record Traffic(Cluster cluster, Workloads workloads) {

  private static final int PATIENCE_MILLIS = 5_000;

  /// Of a hundred datagrams, those that may be lost while daemons come and go.
  private static final long LOSS_PERCENT = 1L;

  boolean reaches(String from, String to) {
    return reaches(from, to, Workloads.PORT);
  }

  boolean reaches(String from, String to, int port) {
    return obstacle(from, to, port).isEmpty();
  }

  /// Why one is not answered by the other.
  private Optional<IOException> obstacle(String from, String to, int port) {
    try (NetworkNamespace namespace = cluster.network(from);
        SocketChannel channel = namespace.call(SocketChannel::open)) {
      var there = new InetSocketAddress(InetAddress.ofLiteral(to), port);
      channel.socket().connect(there, PATIENCE_MILLIS);
      channel.socket().setSoTimeout(PATIENCE_MILLIS);
      channel.socket().getOutputStream().write('?');
      int answer = channel.socket().getInputStream().read();
      return answer == '?' ? Optional.empty() : Optional.of(new IOException("answer " + answer));
    } catch (IOException e) {
      return Optional.of(e);
    }
  }

  /// Without a probe a pod is ready when its program starts, which is before that one listens. A
  /// pod's own words to itself go by its own interfaces, so nothing of a network is waited for.
  private void awaitListening(List<String> addresses) {
    for (String each : addresses) {
      Eventually.until(() -> "%s listens".formatted(each), () -> reaches(each, each));
    }
  }

  /// Each reaches each.
  void assertAllTalk(List<String> addresses) {
    awaitListening(addresses);
    for (String from : addresses) {
      for (String to : addresses) {
        assertThat(obstacle(from, to, Workloads.PORT)).as("%s reaches %s", from, to).isEmpty();
      }
    }
  }

  /// As soon as policy is everywhere.
  void awaitKeptOut(String stranger, String server) {
    Eventually.until(
        () -> "%s is kept from %s".formatted(stranger, server), () -> !reaches(stranger, server));
  }

  /// None reaches any, as soon as policy is everywhere. All are asked at once, as each refusal
  /// takes its time.
  void awaitNoneReach(List<String> strangers, List<String> servers) {
    Eventually.until(
        () -> "%s are kept from %s".formatted(strangers, servers),
        () -> {
          List<Future<Boolean>> answers = new ArrayList<>();
          try (ExecutorService asking = Executors.newVirtualThreadPerTaskExecutor()) {
            for (String stranger : strangers) {
              for (String server : servers) {
                answers.add(asking.submit(() -> reaches(stranger, server)));
              }
            }
          }
          return answers.stream().noneMatch(Future::resultNow);
        });
  }

  void awaitLetIn(String friend, String server) {
    Eventually.until(
        () -> "%s is let in to %s".formatted(friend, server), () -> reaches(friend, server));
  }

  /// Between two pods of different nodes, in a namespace of their own.
  Talk begin(String namespace) throws IOException {
    int nodes = cluster.nodes().size();
    workloads.deploy(namespace, "pair", nodes, "");
    List<JsonNode> pods = workloads.awaitPods(namespace, "app=pair", nodes);
    List<String> addresses = Workloads.addresses(pods);
    Set<String> places = new HashSet<>();
    pods.forEach(pod -> places.add(pod.at("/spec/nodeName").asText()));
    assertThat(places).hasSize(nodes);
    awaitListening(addresses);
    return between(cluster, addresses.getFirst(), addresses.getLast());
  }

  /// Of two pods.
  ///
  /// @param client address
  /// @param server address
  static Talk between(Cluster cluster, String client, String server) throws IOException {
    return Talk.begin(cluster.network(client), cluster.network(server), server, Workloads.PORT);
  }

  /// No connection broke, old or new, and the network lost no datagram.
  static void assertUnfelt(Talk talk) throws IOException {
    Talk.Report report = whole(talk);
    assertThat(report.lost()).as("%s", report).isZero();
  }

  /// No connection broke, old or new, and hardly a datagram was lost.
  static void assertHardlyFelt(Talk talk) throws IOException {
    Talk.Report report = whole(talk);
    assertThat(100 * report.lost())
        .as("%s", report)
        .isLessThanOrEqualTo(LOSS_PERCENT * report.sent());
  }

  private static Talk.Report whole(Talk talk) throws IOException {
    Talk.Report report = talk.end();
    System.out.println(report);
    assertThat(report.faults()).isEmpty();
    assertThat(report.connections()).isPositive();
    return report;
  }
}
