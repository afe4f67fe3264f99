// SPDX-License-Identifier: Apache-2.0
package dev.brindle.lab;

import dev.brindle.api.net.IpAddress;
import dev.brindle.lab.fault.Fault;
import dev.brindle.lab.fault.SeededFaults;
import dev.brindle.lab.program.NodeDaemon;
import dev.brindle.lab.topology.Addressing;
import dev.brindle.lab.topology.NodeSpec;
import dev.brindle.lab.topology.PodSpec;
import dev.brindle.lab.topology.Topology;
import java.io.IOException;
import java.net.StandardProtocolFamily;
import java.net.UnixDomainSocketAddress;
import java.nio.channels.Channels;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.stream.Collectors;

/// Takes orders for a lab that stays, one at a time, on a socket in its work directory. An order is
/// one line of words; the answer is an exit code and a text.
final class ControlServer {

  private static final int LONGEST = 1024;

  private final Lab lab;
  private final SeededFaults faults;
  private boolean isOver;

  ControlServer(Lab lab) {
    this.lab = lab;
    this.faults = new SeededFaults(lab);
  }

  /// Returns after `down`.
  void serve(Runnable ready) throws IOException {
    try (ServerSocketChannel listener = ServerSocketChannel.open(StandardProtocolFamily.UNIX)) {
      listener.bind(UnixDomainSocketAddress.of(lab.workplace().control()));
      ready.run();
      while (!isOver) {
        try (SocketChannel client = listener.accept()) {
          answer(client);
        } catch (IOException _) {
          // that client is gone; the next may be better
        }
      }
    }
  }

  private void answer(SocketChannel client) throws IOException {
    byte[] order = Channels.newInputStream(client).readNBytes(LONGEST);
    String reply;
    try {
      String text = new String(order, StandardCharsets.UTF_8).strip();
      reply = "0\n" + obey(List.of(text.split(" ", -1)));
    } catch (IllegalArgumentException | IllegalStateException e) {
      reply = "1\n" + e.getMessage() + "\n";
    }
    Channels.newOutputStream(client).write(reply.getBytes(StandardCharsets.UTF_8));
  }

  private String obey(List<String> words) {
    return switch (words) {
      case List<String> w when w.equals(List.of("status")) -> status();
      case List<String> w when w.equals(List.of("down")) -> {
        isOver = true;
        yield "";
      }
      case List<String> w when w.size() == 2 && w.getFirst().equals("host") ->
          lab.host(w.get(1)).name() + "\n";
      case List<String> w when w.size() == 3 && w.getFirst().equals("kill") -> {
        lab.daemon(w.get(1)).kill(w.get(2).equals("restart"));
        yield "the daemon of %s is killed\n".formatted(w.get(1));
      }
      case List<String> w when w.size() == 2 && w.getFirst().equals("cut") -> {
        lab.setLink(w.get(1), false);
        yield "the link of %s is cut\n".formatted(w.get(1));
      }
      case List<String> w when w.size() == 2 && w.getFirst().equals("heal") -> {
        lab.setLink(w.get(1), true);
        yield "the link of %s is healed\n".formatted(w.get(1));
      }
      case List<String> w when w.size() == 2 && w.getFirst().equals("environment") ->
          environment(lab.daemon(w.get(1)));
      case List<String> w when w.equals(List.of("faults")) -> faults.list();
      case List<String> w when w.size() == 3 && w.getFirst().equals("seed") ->
          faults.seed(Fault.parse(w.get(1)), w.get(2));
      case List<String> w when w.size() == 3 && w.getFirst().equals("unseed") ->
          faults.heal(Fault.parse(w.get(1)), w.get(2));
      default -> throw new IllegalArgumentException("no such order: " + String.join(" ", words));
    };
  }

  /// A line for each variable.
  private static String environment(NodeDaemon daemon) {
    return daemon.environment().entrySet().stream()
        .map(each -> "%s=%s%n".formatted(each.getKey(), each.getValue()))
        .collect(Collectors.joining());
  }

  private String status() {
    Topology topology = lab.topology();
    StringBuilder text = new StringBuilder();
    for (NodeSpec node : topology.nodes()) {
      NodeDaemon daemon = lab.daemon(node.name());
      String addresses =
          topology.family().families().stream()
              .map(family -> Addressing.node(node, family).toString())
              .collect(Collectors.joining(", "));
      text.append(
          "node %-10s %-40s %s%n"
              .formatted(
                  node.name(), addresses, daemon.notReady().orElse("ready").replace("\n", "; ")));
    }
    for (PodSpec pod : topology.pods()) {
      String addresses =
          lab.addresses(pod.name()).stream()
              .map(IpAddress::toString)
              .collect(Collectors.joining(", "));
      text.append("pod  %-10s %-40s on %s%n".formatted(pod.name(), addresses, pod.node()));
    }
    if (topology.hasOutside()) {
      String addresses =
          topology.family().families().stream()
              .map(family -> Addressing.outside(family).address().toString())
              .collect(Collectors.joining(", "));
      text.append("     %-10s %-40s behind the router%n".formatted(Topology.OUTSIDE, addresses));
    }
    text.append(
        "%d of %d BGP sessions are established%nlogs and the store: %s%n"
            .formatted(
                lab.establishedSessions(), lab.expectedSessions(), lab.workplace().directory()));
    return text.toString();
  }
}
