// SPDX-License-Identifier: Apache-2.0
package dev.brindle.controllers.balancer;

import static org.assertj.core.api.Assertions.assertThat;

import dev.brindle.api.net.Cidr;
import dev.brindle.api.net.IpAddress;
import dev.brindle.api.resource.IpamBlock;
import dev.brindle.api.resource.KubernetesService;
import dev.brindle.api.resource.Metadata;
import dev.brindle.ipam.block.Block;
import dev.brindle.ipam.block.BlockOwner;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ServiceHoldingTest {

  /// Computed by another program from Calico's rule.
  @ParameterizedTest
  @CsvSource({
    "web, shop, 0B1C, lb-zVXRB0ECV9NI6HqhgMQjxgNkn56BR1HkesanRWfCYE",
    "web, shop, x2, lb-RXmtBTDHjwjzC0DBW6NSUKVlnsxFNUFIwxgZM0fX8"
  })
  void theHandleIsCalicos(String name, String namespace, String uid, String handle) {
    assertThat(ServiceHandle.of(Metadata.named(namespace, name).withIdentity("1", uid, "")))
        .isEqualTo(handle);
  }

  private static Block holding(
      Block block, String address, String handle, Map<String, String> notes) {
    var holder = new IpamBlock.Attribute(handle, notes, Map.of(), Optional.empty());
    return block.assign(IpAddress.parse(address), holder).block();
  }

  /// Of a service that is there, of one that is gone, of one that was made anew; and what is no
  /// service's.
  @Test
  void addressesOfServicesThatAreGoneAreOrphans() {
    KubernetesService web = Services.service("");
    String its = ServiceHandle.of(web.metadata());
    Map<String, String> webs = Map.of("service", "web", "namespace", "shop");
    Block block =
        Block.unused(Cidr.parse("192.0.2.0/28"), BlockOwner.LOAD_BALANCER, Instant.EPOCH, 1);
    block = holding(block, "192.0.2.1", its, webs);
    block = holding(block, "192.0.2.2", "lb-gone", Map.of("service", "old", "namespace", "shop"));
    block = holding(block, "192.0.2.3", "lb-before", webs);
    block = holding(block, "192.0.2.4", "net.pod", Map.of("pod", "p", "namespace", "shop"));
    block = holding(block, "192.0.2.5", "lb-nobody", Map.of());

    Map<String, List<ServiceHolding>> held = ServiceHolding.byHandle(List.of(block));

    assertThat(held).containsOnlyKeys(its, "lb-gone", "lb-before");
    assertThat(ServiceHolding.orphans(held, List.of(web)))
        .extracting(each -> each.address().toString())
        .containsExactly("192.0.2.3", "192.0.2.2");
  }
}
