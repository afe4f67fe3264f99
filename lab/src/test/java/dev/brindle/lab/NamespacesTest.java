// SPDX-License-Identifier: Apache-2.0
package dev.brindle.lab;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatNoException;

import dev.brindle.lab.topology.RouterKind;
import java.util.Arrays;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;

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

  @ParameterizedTest(name = "{0}")
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          # story                 | map                               | one user
          root of a machine       | 0 0 4294967295                    | false
          unshare --map-root-user | 0 1000 1                          | true
          rootless container      | 0 1000 1; 1 100000 65536          | false
          two users, one by one   | 0 1000 1; 1 1001 1                | false
          eleven users            | 0 1000 11                         | false
          """)
  void aMapSaysHowManyUsersThereAre(String story, String map, boolean isOne) {
    List<String> lines =
        Arrays.stream(map.split(";"))
            .map(line -> "%10s %10s %10s".formatted((Object[]) line.strip().split(" ")))
            .toList();

    assertThat(Namespaces.mapsOneUser(lines)).as(story).isEqualTo(isOne);
  }

  @ParameterizedTest
  @EnumSource(RouterKind.class)
  void onlyOpenBgpdNeedsMoreThanOneUser(RouterKind router) {
    assertThatNoException().isThrownBy(() -> LabMain.checkUsers(router, false));
    if (router == RouterKind.OPENBGPD) {
      assertThatIllegalArgumentException()
          .isThrownBy(() -> LabMain.checkUsers(router, true))
          .withMessage(
              "--router openbgpd: its program changes to a user of its own, and a lab without root"
                  + " has but one user; use: sudo brindle lab --router openbgpd, or another router"
                  + " (brindle, bird, frr, gobgp)");
    } else {
      assertThatNoException().isThrownBy(() -> LabMain.checkUsers(router, true));
    }
  }
}
