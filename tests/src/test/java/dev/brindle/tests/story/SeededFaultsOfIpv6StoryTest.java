// SPDX-License-Identifier: Apache-2.0
package dev.brindle.tests.story;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.nio.file.Path;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/// Faults of a node that has IPv6 alone, and its store in etcd: those that are made otherwise
/// there, and those that cannot be.
@Timeout(value = 15, unit = TimeUnit.MINUTES) // a slow machine builds that long
final class SeededFaultsOfIpv6StoryTest {

  private static final String NODE = "node1";

  @TempDir private static Path state;
  private static BrindleCommand brindle = new BrindleCommand(Path.of("/"));

  @BeforeAll
  static void up() throws Exception {
    BrindleCommand.needNamespaces();
    brindle = new BrindleCommand(state);
    BrindleCommand.Result up =
        brindle.run("lab", "up", "--nodes", "2", "--pods", "1", "--family", "6", "--store", "etcd");
    assumeTrue(!up.err().contains("there is no etcd on the PATH"), up.err());
    up.ok();
  }

  @AfterAll
  static void down() throws Exception {
    brindle.run("lab", "down");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "ip-forward-off",
        "store-locked",
        "store-slow",
        "address-none",
        "address-not-here",
        "address-of-containers",
        "address-virtual",
        "address-in-pool",
        "address-twice",
        "bgp-refused",
        "bgp-unreachable",
        "path-too-narrow",
        "path-black-hole",
        "forward-dropped"
      })
  void isFoundAndHealed(String fault) throws Exception {
    var doctor = new LabDoctor(brindle, NODE);
    doctor.awaitHealth();
    brindle.run("lab", "fault", "seed", fault, NODE).ok();
    doctor.awaitFinding(fault);
    brindle.run("lab", "fault", "heal", fault, NODE).ok();
    doctor.awaitHealth();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {"rp-filter-strict", "tunnel-blocked", "tunnel-otherwise", "tunnel-address"})
  void whatItHasNotCannotBeBroken(String fault) throws Exception {
    BrindleCommand.Result refused = brindle.run("lab", "fault", "seed", fault, NODE);
    assertThat(refused.code()).isEqualTo(2);
    assertThat(refused.err())
        .contains("%s on node1 cannot be seeded: this lab has no tunnels of IPv4".formatted(fault));
    assertThat(brindle.run("lab", "fault").ok().out()).contains("none is seeded");
  }
}
