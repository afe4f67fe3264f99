// SPDX-License-Identifier: Apache-2.0
package dev.brindle.ctl;

import static org.assertj.core.api.Assertions.assertThat;

import dev.brindle.api.resource.ResourceKind;
import dev.brindle.ctl.client.NotEnforced;
import dev.brindle.datastore.codec.ResourceCodec;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class NotEnforcedTest {

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          KUBE_CONTROLLERS_CONFIGURATION | {"controllers":{"loadBalancer":{},"migration":{}}} | false
          STAGED_GLOBAL_NETWORK_POLICY   | {"selector":"all()"}                               | true
          GLOBAL_NETWORK_POLICY          | {"selector":"all()"}                               | false
          """)
  void whatHasNoEffect(ResourceKind kind, String spec, boolean hasNone) {
    var resource =
        ResourceCodec.readStored(
            kind, "{\"metadata\":{\"name\":\"default\"},\"spec\":%s}".formatted(spec));

    assertThat(NotEnforced.notice(resource).isPresent()).isEqualTo(hasNone);
  }
}
