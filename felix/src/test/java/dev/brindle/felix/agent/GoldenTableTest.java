// SPDX-License-Identifier: Apache-2.0
package dev.brindle.felix.agent;

import static org.assertj.core.api.Assertions.assertThat;

import dev.brindle.api.net.InterfaceAddress;
import dev.brindle.api.resource.Change;
import dev.brindle.datastore.codec.ResourceCodec;
import dev.brindle.felix.dataplane.TablePlan;
import dev.brindle.linux.model.Link;
import dev.brindle.linux.nft.NftFamily;
import dev.brindle.linux.nft.NftText;
import dev.brindle.linux.testing.FakeKernel;
import dev.brindle.policy.rule.ServiceKnowledge;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/// A whole table, as people would read it. After a wanted change: look at the difference, and write
/// the new text into the file.
class GoldenTableTest {

  @ParameterizedTest
  @CsvSource({
    "IP, cluster.yaml, ip.nft",
    "IP6, cluster.yaml, ip6.nft",
    "IP, hosts.yaml, hosts-ip.nft",
    "IP6, hosts.yaml, hosts-ip6.nft"
  })
  void theTableReadsAsItWasReviewed(NftFamily family, String cluster, String file)
      throws IOException {
    assertThat(rendered(family, cluster)).isEqualTo(text(file));
  }

  private static String rendered(NftFamily family, String cluster) throws IOException {
    var kernel = new FakeKernel();
    for (String device : List.of("eth0", "tunl0", "cali1")) {
      Link.Kind kind =
          device.equals("tunl0")
              ? new Link.Kind.Ipip(Optional.empty(), Optional.empty())
              : new Link.Kind.Veth();
      kernel.links().setUp(kernel.links().add(device, Optional.empty(), 1500, kind), true);
    }
    int eth0 = kernel.links().find("eth0").orElseThrow().index();
    kernel.links().addAddress(eth0, InterfaceAddress.parse("192.0.2.1/24"));
    kernel.links().addAddress(eth0, InterfaceAddress.parse("2001:db8::1/64"));
    List<AgentReport> reports = new ArrayList<>();
    var loop =
        new AgentLoop(
            new Mailbox<>(),
            new Round("n1", Map.of(), ServiceKnowledge.KNOWN, kernel, TablePlan.FEWEST_CHANGES),
            new SecondSource("n1"),
            () -> Instant.EPOCH,
            reports::add);
    List<AgentEvent> events = new ArrayList<>();
    ResourceCodec.read(text(cluster))
        .forEach(resource -> events.add(new AgentEvent.Changed(Change.to(resource))));
    events.add(new AgentEvent.InSync());
    loop.step(events);
    assertThat(reports.getLast().problems()).isEmpty();
    assertThat(reports.getLast().warnings()).isEmpty();
    return NftText.of(kernel.nft().table(family, "calico").orElseThrow());
  }

  private static String text(String file) throws IOException {
    try (InputStream stream =
        Objects.requireNonNull(
            GoldenTableTest.class.getResourceAsStream("/golden/" + file), file)) {
      return new String(stream.readAllBytes(), StandardCharsets.UTF_8);
    }
  }
}
