// SPDX-License-Identifier: Apache-2.0
package dev.brindle.cni.server;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import dev.brindle.cni.protocol.CniConfigReader;
import dev.brindle.cni.protocol.CniException;
import dev.brindle.datastore.DatastoreException;
import dev.brindle.linux.kernel.Errno;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/// GC: what a runtime no longer names goes, and nothing else.
class PodGarbageTest {

  private final PodWorld world = new PodWorld();

  @Test
  void whatTheRuntimeDoesNotNameGoes() throws InterruptedException {
    world.add("web", "c1");
    world.add("db", "c2");

    world.collect("c2", "never-was");

    world.mustHave(1);
    world.check("db", "c2");
    world.collect();
    world.mustHave(0);
    world.collect();
  }

  @Test
  void addressesOfAContainerThatHasNothingElseGoToo() throws InterruptedException {
    world.add("web", "c1");
    world.add("web", "c2");

    world.collect("c2");

    world.mustHave(1);
    world.check("web", "c2");
  }

  @Test
  void otherNetworksAndNodesAreNoneOfItsBusiness() throws InterruptedException {
    world.add("web", "c1");

    world.network.collect(CniConfigReader.read(config("net")), Set.of(), Delegates.NONE);
    world.network.collect(CniConfigReader.read(config("net1.c1")), Set.of(), Delegates.NONE);
    world.network("node2").collect(PodWorld.dualStack(), Set.of(), Delegates.NONE);

    world.check("web", "c1");
    world.collect();
    world.mustHave(0);
  }

  /// `net1.a` and `c9` share a handle with `net1` and `a.c9`.
  @Test
  void aNetworkWhoseNameBeginsAnothersTakesNothingOfIt() throws InterruptedException {
    world.addTo("net1.a", "web", "c9");

    world.collect();

    world.mustHave(1);
    world.check("web", "c9");
    world.network.collect(CniConfigReader.read(config("net1.a")), Set.of(), Delegates.NONE);
    world.mustHave(0);
  }

  @Test
  void whoArrivesMeanwhileStays() throws InterruptedException {
    world.gate =
        (_, _, _) -> {
          world.collect();
          return true;
        };

    world.add("web", "c1");

    world.check("web", "c1");
  }

  @Test
  void oneThatFailsDoesNotKeepTheOthers() throws InterruptedException {
    world.add("a", "c1");
    world.add("b", "c2");
    world.kernels.host().failNext("delete cali", Errno.EBUSY);

    assertThatExceptionOfType(CniException.class)
        .isThrownBy(() -> world.collect())
        .withMessageContaining("1 containers could not be cleaned up: container c1: ")
        .withMessageContaining("delete cali");

    assertThat(world.endpoints()).isEmpty();
    assertThat(world.podInterfaces()).hasSize(1);
    world.collect();
    world.mustHave(0);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          {"cni.dev/valid-attachments": [{"containerID": "a", "ifname": "eth0"}, {"containerID": "b"}]} | a,b
          {"cni.dev/attachments": [{"containerID": "a", "ifname": "eth0"}]}                              | a
          {"cni.dev/valid-attachments": []}                                                              | ''
          {"cni.dev/valid-attachments": null}                                                            | ''
          """)
  void readsWhoMayStay(String text, String expected) {
    Set<String> containers = expected.isEmpty() ? Set.of() : Set.of(expected.split(","));
    assertThat(CniConfigReader.validContainers(text)).isEqualTo(containers);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "{}",
        "{\"cni.dev/valid-attachments\": \"a\"}",
        "{\"cni.dev/valid-attachments\": [\"a\"]}",
        "{\"cni.dev/valid-attachments\": [{\"containerID\": \"\"}]}"
      })
  void refusesAListThatIsNone(String text) {
    assertThatExceptionOfType(CniException.class)
        .isThrownBy(() -> CniConfigReader.validContainers(text))
        .withMessageContaining("network configuration: cni.dev/valid-attachments")
        .withMessageContaining("expected a list of {\"containerID\": …, \"ifname\": …}");
  }

  @Test
  void aStoreThatIsAwayChangesNothing() throws InterruptedException {
    world.add("web", "c1");
    world.store.fail(1, 1_000);

    assertThatExceptionOfType(DatastoreException.class).isThrownBy(() -> world.collect());

    world.store.forget();
    world.check("web", "c1");
  }

  /// Whichever question to the store fails, the next GC gets all that is left.
  @ParameterizedTest
  @ValueSource(ints = {2, 3, 4, 5, 6, 7, 8})
  void aStoreThatGoesAwayMeanwhile(int question) throws InterruptedException {
    world.add("web", "c1");
    world.store.fail(question, 1_000);

    assertThatExceptionOfType(CniException.class)
        .isThrownBy(() -> world.collect())
        .withMessageContaining("container c1: the test wanted question " + question);

    world.store.forget();
    world.collect();
    world.mustHave(0);
  }

  private static String config(String network) {
    return """
        {"cniVersion": "1.1.0", "name": "%s", "type": "calico", "ipam": {"type": "calico-ipam"}}
        """
        .formatted(network);
  }
}
