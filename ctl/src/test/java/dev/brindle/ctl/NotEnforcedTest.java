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
          {}                                    | false
          {"policy":{},"workloadEndpoint":{}}   | false
          {"loadBalancer":{}}                   | false
          {"migration":{}}                      | true
          """)
  void whichControllersAreMissing(String controllers, boolean isMissing) {
    var configuration =
        ResourceCodec.readStored(
            ResourceKind.KUBE_CONTROLLERS_CONFIGURATION,
            "{\"metadata\":{\"name\":\"default\"},\"spec\":{\"controllers\":%s}}"
                .formatted(controllers));

    assertThat(NotEnforced.notice(configuration).isPresent()).isEqualTo(isMissing);
  }
}
