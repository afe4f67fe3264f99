// SPDX-License-Identifier: Apache-2.0
package dev.brindle.lab;

import static org.assertj.core.api.Assertions.assertThat;

import org.jspecify.annotations.Nullable;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class NamespacesTest {

  @ParameterizedTest(name = "{0}")
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          # story        | user  | clone | apparmor | most | cure
          Debian of old  | true  | 0     |          | 9    | sysctl kernel.unprivileged_userns_clone=1
          Ubuntu         | true  | 1     | 1        | 9    | sysctl kernel.apparmor_restrict_unprivileged_userns=0
          hardened       | true  |       |          | 0    | sysctl user.max_user_namespaces=15000
          who knows      | true  |       |          | 9    | use: sudo brindle lab
          in a container | false |       |          | 9    | give the container that capability
          """)
  void aRefusalNamesItsCure(
      String story,
      boolean withUser,
      @Nullable String clone,
      @Nullable String apparmor,
      String most,
      String cure) {
    String said =
        Namespaces.refusal(
            "unshare failed: Operation not permitted",
            withUser,
            clone == null ? "" : clone,
            apparmor == null ? "" : apparmor,
            most);

    assertThat(said).as(story).contains("unshare failed: Operation not permitted").contains(cure);
  }
}
