// SPDX-License-Identifier: Apache-2.0
package dev.brindle.ctl;

import static java.util.stream.Collectors.joining;
import static org.assertj.core.api.Assertions.assertThat;

import dev.brindle.api.resource.Resource;
import dev.brindle.api.resource.ResourceKey;
import dev.brindle.api.resource.ResourceKind;
import dev.brindle.api.validation.ReferenceCheck;
import dev.brindle.datastore.codec.ResourceCodec;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/// What a resource refers to, read as people write it. One tier is stored: `security`.
final class ReferencesTest {

  private static final ResourceKey STORED = ResourceKey.of(ResourceKind.TIER, "security");

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
          Tier                | {order: 1}                                            |
          BGPPeer             | {peerIP: 192.0.2.1, asNumber: 1}                      |
          BGPPeer             | {peerIP: 192.0.2.1, asNumber: 1, filters: [f, g]}     | spec.filters = 'f' (there is no such BGPFilter in this version); spec.filters = 'g' (there is no such BGPFilter in this version)
          """)
  void missing(String kind, String spec, @Nullable String expected) {
    Resource resource =
        ResourceCodec.read(
                "{apiVersion: projectcalico.org/v3, kind: %s, metadata: {name: x}, spec: %s}"
                    .formatted(kind, spec))
            .getFirst();
    assertThat(
            ReferenceCheck.of(resource, STORED::equals).stream()
                .map(Object::toString)
                .collect(joining("; ")))
        .isEqualTo(expected == null ? "" : expected);
  }
}
