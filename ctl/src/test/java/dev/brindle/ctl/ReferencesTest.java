// SPDX-License-Identifier: Apache-2.0
package dev.brindle.ctl;

import static java.util.stream.Collectors.joining;
import static org.assertj.core.api.Assertions.assertThat;

import dev.brindle.api.resource.Resource;
import dev.brindle.api.resource.ResourceKey;
import dev.brindle.api.resource.ResourceKind;
import dev.brindle.api.validation.ReferenceCheck;
import dev.brindle.datastore.codec.ResourceCodec;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/// What a resource refers to, read as people write it. A tier and a filter are stored, both called
/// `security`.
final class ReferencesTest {

  private static final Set<ResourceKey> STORED =
      Set.of(
          ResourceKey.of(ResourceKind.TIER, "security"),
          ResourceKey.of(ResourceKind.BGP_FILTER, "security"));

  @ParameterizedTest(name = "{0} {1}")
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      textBlock =
          """
          NetworkPolicy       | {}                                                    |
          NetworkPolicy       | {tier: security}                                      |
          NetworkPolicy       | {tier: kube-admin}                                    |
          NetworkPolicy       | {tier: kube-baseline}                                 |
          NetworkPolicy       | {tier: Security}                                      | spec.tier = 'Security' (there is no such tier)
          GlobalNetworkPolicy | {tier: none}                                          | spec.tier = 'none' (there is no such tier)
          GlobalNetworkPolicy | {tier: security}                                      |
          StagedNetworkPolicy | {tier: security}                                      |
          StagedNetworkPolicy | {tier: none}                                          | spec.tier = 'none' (there is no such tier)
          StagedGlobalNetworkPolicy | {tier: none}                                    | spec.tier = 'none' (there is no such tier)
          Tier                | {order: 1}                                            |
          BGPPeer             | {peerIP: 192.0.2.1, asNumber: 1}                      |
          BGPPeer             | {peerIP: 192.0.2.1, asNumber: 1, filters: [security]}  |
          BGPPeer             | {peerIP: 192.0.2.1, asNumber: 1, filters: [f, security, g]} | spec.filters = 'f' (there is no such BGPFilter); spec.filters = 'g' (there is no such BGPFilter)
          """)
  void missing(String kind, String spec, @Nullable String expected) {
    Resource resource =
        ResourceCodec.read(
                "{apiVersion: projectcalico.org/v3, kind: %s, metadata: {name: x}, spec: %s}"
                    .formatted(kind, spec))
            .getFirst();
    assertThat(
            ReferenceCheck.of(resource, STORED::contains).stream()
                .map(it -> "%s = '%s' (%s)".formatted(it.field(), it.value(), it.reason()))
                .collect(joining("; ")))
        .isEqualTo(expected == null ? "" : expected);
  }
}
