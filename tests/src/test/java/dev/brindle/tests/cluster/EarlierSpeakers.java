// SPDX-License-Identifier: Apache-2.0
package dev.brindle.tests.cluster;

import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.brindle.tests.cluster.Machine.Running;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/// A BIRD on each node of an earlier Calico, with a configuration of Calico's kind.
final class EarlierSpeakers {

  private static final String BIRD = "/usr/sbin/bird";
  private static final String CONFIG = "/etc/earlier-bird.conf";
  private static final String CONTROL = "/run/earlier-bird.ctl";
  private static final String PID = "/run/earlier-bird.pid";

  /// For how long each speaker keeps the routes of one that restarts: a daemon that takes another's
  /// place is installed within that time, also in a guest kernel.
  static final Duration RESTART = Duration.ofMinutes(10);

  private final Cluster cluster;
  private final Map<String, Running> birds = new TreeMap<>();

  EarlierSpeakers(Cluster cluster) {
    this.cluster = cluster;
  }

  static void need() {
    assumeTrue(Files.isExecutable(Path.of(BIRD)), "needs BIRD 2 (package bird2)");
  }

  /// @param block that the node tells the others of, and its block of IPv6
  void begin(String node, String block, String block6) {
    Machine machine = cluster.machine(node);
    machine.write(CONFIG, config(node, block, block6));
    birds.put(
        node,
        machine.start(
            List.of(BIRD, "-R", "-f", "-c", CONFIG, "-s", CONTROL, "-P", PID),
            Map.of(),
            cluster.log("earlier-bird-" + node)));
  }

  /// As when its pod is deleted: what is in the kernel stays.
  void kill(String node) {
    Optional.ofNullable(birds.remove(node)).ifPresent(Running::kill);
  }

  /// What it says of its sessions, and the routes that it made.
  String state(String node) {
    String script =
        "birdc -s %s show protocols; ip route show proto bird; ip -6 route show proto bird"
            .formatted(CONTROL);
    return cluster.machine(node).run(List.of("sh", "-c", script), Map.of(), "").out();
  }

  /// How many of its sessions are up.
  long established(String node) {
    return state(node).lines().filter(line -> line.contains("Established")).count();
  }

  /// What makes it Calico's kind: recursive next hops over a session of several hops, the one with
  /// the smaller address (as a text) calls, routes stay in the kernel through its restarts.
  private String config(String node, String block, String block6) {
    String own = cluster.address(node);
    String own6 = cluster.address6(node);
    StringBuilder config =
        new StringBuilder(
            """
            router id %1$s;
            filter to_peers { if source = RTS_STATIC then accept; reject; }
            filter to_kernel { if source = RTS_BGP then accept; reject; }
            protocol static { ipv4; route %2$s blackhole; }
            protocol static { ipv6; route %3$s blackhole; }
            protocol device { scan time 2; }
            protocol direct { ipv4; ipv6; interface -"cali*", "*"; }
            template kernel kept { learn; persist; scan time 2; graceful restart; merge paths on; }
            protocol kernel from kept { ipv4 { import all; export filter to_kernel; }; }
            protocol kernel from kept { ipv6 { import all; export filter to_kernel; }; }
            template bgp mesh {
              multihop;
              graceful restart; graceful restart time %4$d;
              connect delay time 2; connect retry time 5; error wait time 5, 30;
            }
            """
                .formatted(own, block, block6, RESTART.toSeconds()));
    for (String other : cluster.nodes()) {
      if (!other.equals(node)) {
        config.append(session("ipv4", own, cluster.address(other)));
        config.append(session("ipv6", own6, cluster.address6(other)));
      }
    }
    return config.toString();
  }

  private static String session(String family, String own, String other) {
    return """
    protocol bgp Mesh_%s from mesh {
      local %s as 64512;
      neighbor %s as 64512;%s
      %s { gateway recursive; add paths on; import all; export filter to_peers; };
    }
    """
        .formatted(
            other.replaceAll("[.:]", "_"),
            own,
            other,
            other.compareTo(own) > 0 ? " passive on;" : "",
            family);
  }
}
