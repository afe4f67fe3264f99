// SPDX-License-Identifier: Apache-2.0
package dev.brindle.cni.protocol;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.ObjectMapper;
import dev.brindle.api.net.Cidr;
import dev.brindle.api.net.MacAddress;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class CniResultTest {

  private static final CniResult RESULT =
      new CniResult(
          "cali01234567890",
          "eth0",
          MacAddress.parse("0a:00:00:00:00:01"),
          1450,
          "/run/netns/p",
          List.of(Cidr.parse("10.0.0.5/32"), Cidr.parse("fd00::5/128")));

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      textBlock =
          """
          V0_3_1 |              | "version":"4",  | "version":"6",
          V0_4_0 |              | "version":"4",  | "version":"6",
          V1_0_0 |              | ``              | ``
          V1_1_0 | "mtu":1450,  | ``              | ``
          """)
  void hasTheFormOfItsVersion(CniVersion version, String mtu, String four, String six) {
    assertThat(RESULT.json(version))
        .isEqualTo(
            ("{\"cniVersion\":\"%s\",\"interfaces\":[{\"name\":\"cali01234567890\"},"
                    + "{\"name\":\"eth0\",\"mac\":\"0a:00:00:00:00:01\",%s"
                    + "\"sandbox\":\"/run/netns/p\"}],"
                    + "\"ips\":[{%s\"interface\":1,\"address\":\"10.0.0.5/32\"},"
                    + "{%s\"interface\":1,\"address\":\"fd00::5/128\"}],\"dns\":{}}")
                .formatted(version, mtu == null ? "" : mtu, four, six));
  }

  @Test
  void errorsAreJsonWhateverTheySay() throws Exception {
    String text = "a \"quoted\" \\ thing\nwith \u0001 and \uD83D\uDE00 ü";
    var error = new CniError(CniError.Code.TRY_AGAIN_LATER, text, text);

    var json = new ObjectMapper().readTree(error.json("1.0.0"));

    assertThat(json.path("cniVersion").textValue()).isEqualTo("1.0.0");
    assertThat(json.path("code").intValue()).isEqualTo(11);
    assertThat(json.path("msg").textValue()).isEqualTo(text);
    assertThat(json.path("details").textValue()).isEqualTo(text);
  }

  @Test
  void versionsAreListed() {
    assertThat(CniVersion.supportedJson())
        .isEqualTo(
            "{\"cniVersion\":\"1.1.0\","
                + "\"supportedVersions\":[\"0.3.1\",\"0.4.0\",\"1.0.0\",\"1.1.0\"]}");
  }
}
