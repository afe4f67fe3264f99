// SPDX-License-Identifier: Apache-2.0
package dev.brindle.node.doctor;

import static org.assertj.core.api.Assertions.assertThat;

import dev.brindle.api.net.Cidr;
import dev.brindle.api.net.IpAddress;
import dev.brindle.api.net.MacAddress;
import dev.brindle.api.net.Protocol;
import dev.brindle.linux.model.Link;
import dev.brindle.linux.model.Neighbour;
import dev.brindle.linux.model.Route;
import dev.brindle.linux.model.RouteOwner;
import dev.brindle.linux.nft.NftChain;
import dev.brindle.linux.nft.NftChain.Hook;
import dev.brindle.linux.nft.NftExpression;
import dev.brindle.linux.nft.NftRule;
import dev.brindle.node.doctor.check.Finding;
import dev.brindle.node.doctor.check.Symptom;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// Faults of the way to another node, made in real namespaces.
class NeighboursTest {

  @TempDir private Path base;
  private Ward ward;

  @BeforeEach
  void build() throws Exception {
    ward = new Ward(base);
  }

  @AfterEach
  void clear() throws Exception {
    if (ward != null) {
      ward.close();
    }
  }

  @Test
  void aPeerThatDoesNotSpeakBgp() throws Exception {
    ward.silence();
    ward.assertFound(Symptom.BGP_REFUSED, "n2 (198.51.100.2 port 179)", "refused");
  }

  @Test
  void aPeerBehindAFirewall() {
    Ward.chain(
        ward.neighbour,
        "firewall",
        "input",
        Optional.of(new NftChain.Base("filter", Hook.INPUT, 0)),
        NftRule.of(new NftExpression.L4Protocol(Protocol.TCP, false), NftExpression.DROP));
    ward.assertFound(Symptom.BGP_TIMEOUT, "n2 (198.51.100.2 port 179)", "no answer");
  }

  @Test
  void aPeerWithoutAWay() {
    ward.store.create(Ward.node("n3", "203.0.113.9/24"));
    Ward.route(
        ward.patient,
        new Route(
            Cidr.parse("203.0.113.0/24"),
            RouteOwner.BOOT,
            Route.Type.UNREACHABLE,
            Route.Scope.UNIVERSE,
            Route.MAIN_TABLE,
            0,
            Optional.empty(),
            List.of()));
    List<Finding> found = Ward.bad(ward.look());
    assertThat(found)
        .extracting(Finding::symptom)
        .as("%s", found)
        .contains(Optional.of(Symptom.BGP_UNREACHABLE));
  }

  /// Before the cluster knows it, say.
  @Test
  void oneNodeIsAskedForByItsAddress() throws Exception {
    ward.store.delete(Ward.node("n2", "198.51.100.2/24").key());
    assertThat(Ward.bad(ward.look(Ward.NEIGHBOUR))).isEmpty();
    ward.silence();
    assertThat(Ward.bad(ward.look())).as("no other node").isEmpty();
    assertThat(Ward.bad(ward.look(Ward.NEIGHBOUR)))
        .extracting(Finding::symptom)
        .containsExactly(Optional.of(Symptom.BGP_REFUSED));
  }

  /// A second connection would end the session (RFC 4724, section 5).
  @Test
  void aPeerWithASessionIsNotCalled() throws Exception {
    ward.patient.sysctl().write("net/ipv4/ip_forward", "1");
    ward.silence();
    ward.daemonSays(
        "{\"peers\":[{\"address\":\"198.51.100.2\",\"state\":\"up\"}],\"problems\":[]}");
    assertThat(Ward.bad(ward.look())).isEmpty();
  }

  @Test
  void aWayThatIsTooNarrow() {
    narrow();
    ward.assertFound(
        Symptom.PATH_TOO_NARROW, "n2 (198.51.100.2): 1500 bytes are needed, the way takes 1400");
  }

  @Test
  void aWayThatSwallowsLargePackets() {
    narrow();
    Ward.chain(
        ward.router,
        "firewall",
        "output",
        Optional.of(new NftChain.Base("filter", Hook.OUTPUT, 0)),
        NftRule.of(new NftExpression.Icmp(3, Optional.of(4), false), NftExpression.DROP));
    ward.assertFound(Symptom.PATH_BLACK_HOLE, "n2 (198.51.100.2): 1500 bytes vanish");
  }

  private void narrow() {
    Link right = ward.router.links().find("right").orElseThrow();
    ward.router.links().setMtu(right.index(), 1400);
  }

  @Test
  void aTunnelThatIsBlocked() {
    ward.tunnel(4096, 4789);
    ward.tell("n2", "198.51.100.2/24", "10.244.1.1");
    Ward.route(
        ward.patient,
        Route.onDevice(Cidr.parse("10.244.1.1/32"), RouteOwner.FELIX, "vxlan.calico"));
    ward.patient
        .neighbours()
        .put(
            new Neighbour(
                "vxlan.calico",
                IpAddress.parse("10.244.1.1"),
                MacAddress.parse("66:00:00:00:00:01")));
    ward.assertFound(Symptom.TUNNEL_BLOCKED, "n2 by VXLAN");
  }
}
