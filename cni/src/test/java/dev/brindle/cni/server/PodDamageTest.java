// SPDX-License-Identifier: Apache-2.0
package dev.brindle.cni.server;

import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import dev.brindle.api.net.Cidr;
import dev.brindle.api.net.InterfaceAddress;
import dev.brindle.api.net.MacAddress;
import dev.brindle.cni.protocol.CniException;
import dev.brindle.cni.protocol.CniResult;
import dev.brindle.linux.kernel.Kernel;
import dev.brindle.linux.kernel.KernelException;
import dev.brindle.linux.model.Link;
import dev.brindle.linux.model.Route;
import dev.brindle.linux.model.RouteChange;
import dev.brindle.linux.model.RouteOwner;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/// What CHECK finds.
class PodDamageTest {

  private final PodWorld world = new PodWorld();
  private CniResult added;
  private Kernel host;
  private Kernel pod;

  @BeforeEach
  void plug() throws InterruptedException {
    added = world.add("web", "c1");
    host = world.kernels.host();
    pod = world.kernels.pod(PodWorld.namespace("c1"));
    world.check("web", "c1");
  }

  private void assertMisses(String what) {
    assertThatExceptionOfType(CniException.class)
        .isThrownBy(() -> world.check("web", "c1"))
        .withMessage("pod default/web misses " + what);
  }

  @Test
  void noEndpoint() {
    world.memory.delete(world.endpoints().getFirst().key());

    assertThatExceptionOfType(CniException.class)
        .isThrownBy(() -> world.check("web", "c1"))
        .withMessageContaining("there is no WorkloadEndpoint(default/node1-k8s-web-eth0)");
  }

  @Test
  void anEndpointOfAnotherContainer() throws InterruptedException {
    world.add("web", "c2");

    assertThatExceptionOfType(CniException.class)
        .isThrownBy(() -> world.check("web", "c1"))
        .withMessageContaining("of container c1");
  }

  @Test
  void noNamespace() {
    world.kernels.end(PodWorld.namespace("c1"));

    assertThatExceptionOfType(KernelException.class)
        .isThrownBy(() -> world.check("web", "c1"))
        .withMessageContaining("open namespace /run/netns/c1");
  }

  @Test
  void noPair() {
    host.links().delete(added.hostInterface());

    assertMisses("the pair %s (host), eth0 (pod)".formatted(added.hostInterface()));
  }

  @Test
  void anInterfaceThatIsDown() {
    setUp(host, added.hostInterface(), false);
    assertMisses("%s being up".formatted(added.hostInterface()));

    setUp(host, added.hostInterface(), true);
    setUp(pod, "eth0", false);
    assertMisses("eth0 being up");
  }

  private static void setUp(Kernel kernel, String name, boolean isUp) {
    kernel.links().setUp(kernel.links().find(name).orElseThrow().index(), isUp);
  }

  @ParameterizedTest
  @ValueSource(ints = {0, 1})
  void anAddress(int which) {
    Cidr address = added.addresses().get(which);
    Link eth0 = pod.links().find("eth0").orElseThrow();
    pod.links()
        .removeAddress(eth0.index(), new InterfaceAddress(address.address(), address.length()));

    assertMisses("address %s on eth0".formatted(address));
  }

  @ParameterizedTest
  @ValueSource(ints = {0, 1})
  void theWayToIt(int which) {
    Cidr address = added.addresses().get(which);
    remove(host, address);

    assertMisses("route %s on %s".formatted(address, added.hostInterface()));
  }

  @ParameterizedTest
  @ValueSource(strings = {"169.254.1.1/32", "0.0.0.0/0", "::/0"})
  void theWayOut(String destination) {
    remove(pod, Cidr.parse(destination));

    assertMisses("route %s on eth0".formatted(destination));
  }

  private static void remove(Kernel kernel, Cidr destination) {
    List<RouteChange> removals =
        kernel.routes().list(destination.family()).stream()
            .filter(route -> route.destination().equals(destination))
            .<RouteChange>map(RouteChange.Remove::new)
            .toList();
    kernel.routes().apply(removals);
  }

  @Test
  void theGatewaysNeighbour() {
    pod.neighbours().neighbours("eth0").forEach(pod.neighbours()::remove);

    assertMisses("neighbour 169.254.1.1 on eth0");
  }

  /// Plugins behind us may do so (CNI 1.1.0, CHECK); the kernel forgets the neighbour then.
  @Test
  void anotherMacAddressWithoutTheNeighbourIsNoDamage() throws InterruptedException {
    int index = pod.links().find("eth0").orElseThrow().index();
    pod.links().setMac(index, MacAddress.parse("c2:b0:57:49:47:f1"));
    pod.neighbours().neighbours("eth0").forEach(pod.neighbours()::remove);

    world.check("web", "c1");
  }

  /// felix writes the routes anew as its own: that is no damage.
  @Test
  void aRouteOfFelixWillDo() throws InterruptedException {
    Cidr address = added.addresses().getFirst();
    remove(host, address);
    host.routes()
        .apply(
            List.of(
                new RouteChange.Put(
                    Route.onDevice(address, RouteOwner.FELIX, added.hostInterface()))));

    world.check("web", "c1");
  }
}
