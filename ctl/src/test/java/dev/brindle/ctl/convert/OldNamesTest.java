// SPDX-License-Identifier: Apache-2.0
package dev.brindle.ctl.convert;

import static org.assertj.core.api.Assertions.assertThat;

import dev.brindle.api.net.IpAddress;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class OldNamesTest {

  /// The digits are those that sha1sum(1) prints of the old name.
  @ParameterizedTest
  @CsvSource({
    "web,            web,            web,                     web",
    "web-1,          web-1,          web-1,                   web-1",
    "a.b,            a.b,            a.b,                     a-b-69f6642c",
    "Web,            web,            web-a8323a2a,            web-a8323a2a",
    "a/b,            a.b,            a.b-3ec69c85,            a-b-3ec69c85",
    "a$!b,           a-b,            a-b-0b6a6c5d,            a-b-0b6a6c5d",
    "a.-.b,          a.b,            a.b-40d71888,            a-b-40d71888",
    "-.a.b.-,        a.b,            a.b-cb315de0,            a-b-cb315de0",
  })
  void namesOfV1AreThoseThatUpgradesMade(String old, String node, String plain, String dotless) {
    assertThat(OldNames.node(old)).isEqualTo(node);
    assertThat(OldNames.plain(old)).isEqualTo(plain);
    assertThat(OldNames.dotless(old)).isEqualTo(dotless);
  }

  @Test
  void profilesOfNamespacesHaveAnotherPrefix() {
    assertThat(OldNames.profile("k8s_ns.prod")).isEqualTo("kns.prod");
    assertThat(OldNames.profile("prod")).isEqualTo("prod");
  }

  @ParameterizedTest
  @CsvSource({
    "192.0.2.7,      192-0-2-7",
    "2001:db8::a:1,  2001-0db8-0000-0000-0000-0000-000a-0001",
  })
  void peersAreNamedByTheirAddress(String address, String name) {
    assertThat(OldNames.address(IpAddress.parse(address))).isEqualTo(name);
  }
}
