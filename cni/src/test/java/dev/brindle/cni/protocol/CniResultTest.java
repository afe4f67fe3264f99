// SPDX-License-Identifier: Apache-2.0
package dev.brindle.cni.protocol;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import com.fasterxml.jackson.databind.ObjectMapper;
import dev.brindle.api.net.Cidr;
import dev.brindle.api.net.MacAddress;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class CniResultTest {

  private static final CniResult RESULT =
      result(IpamResult.of(List.of(Cidr.parse("10.0.0.5/32"), Cidr.parse("fd00::5/128"))));

  private static CniResult result(IpamResult ipam) {
    return new CniResult(
        "cali01234567890",
        "eth0",
        MacAddress.parse("0a:00:00:00:00:01"),
        1450,
        "/run/netns/p",
        ipam.addresses(),
        ipam);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      textBlock =
          """
          V0_3_0 |              | "version":"4",  | "version":"6",
          V0_3_1 |              | "version":"4",  | "version":"6",
          V0_4_0 |              | "version":"4",  | "version":"6",
          V1_0_0 |              | ``              | ``
          V1_1_0 | "mtu":1450,  | ``              | ``
          """)
  void hasTheFormOfItsVersion(CniVersion version, String mtu, String four, String six) {
    assertThat(RESULT.json(version, Optional.empty()))
        .isEqualTo(
            ("{\"cniVersion\":\"%s\",\"interfaces\":[{\"name\":\"cali01234567890\"},"
                    + "{\"name\":\"eth0\",\"mac\":\"0a:00:00:00:00:01\",%s"
                    + "\"sandbox\":\"/run/netns/p\"}],"
                    + "\"ips\":[{%s\"interface\":1,\"address\":\"10.0.0.5/32\"},"
                    + "{%s\"interface\":1,\"address\":\"fd00::5/128\"}],\"dns\":{}}")
                .formatted(version, mtu == null ? "" : mtu, four, six));
  }

  @ParameterizedTest(name = "{0}")
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      textBlock =
          """
          # what IPAM said                                                      | 0.1.0 and 0.2.0
          {"ips":[{"address":"10.0.0.5/24"}]}                                   | "ip4":{"ip":"10.0.0.5/32"},"dns":{}
          {"ips":[{"address":"fd00::5/64"}],"dns":{"search":["a"]}}             | "ip6":{"ip":"fd00::5/128"},"dns":{"search":["a"]}
          {"ips":[{"address":"10.0.0.5/24"},{"address":"10.0.0.6/24"}]}         | "ip4":{"ip":"10.0.0.5/32"},"dns":{}
          {"ip4":{"ip":"10.0.0.5/24","gateway":"10.0.0.1","routes":[{"dst":"0.0.0.0/0"}]},"ip6":{"ip":"fd00::5/64"}} | "ip4":{"ip":"10.0.0.5/32","routes":[{"dst":"0.0.0.0/0"}]},"ip6":{"ip":"fd00::5/128"},"dns":{}
          {"ips":[{"address":"10.0.0.5/24"},{"address":"fd00::5/64"}],"routes":[{"dst":"::/0"}]} | "ip4":{"ip":"10.0.0.5/32"},"ip6":{"ip":"fd00::5/128","routes":[{"dst":"::/0"}]},"dns":{}
          """)
  void hasOneAddressOfEachFamilyInTheOldForm(String ipam, String expected) {
    CniResult result = result(IpamResult.read(ipam));

    for (CniVersion version : List.of(CniVersion.V0_1_0, CniVersion.V0_2_0)) {
      assertThat(result.json(version, Optional.empty()))
          .isEqualTo("{\"cniVersion\":\"%s\",%s}".formatted(version, expected));
    }
  }

  @Test
  void comesBehindWhatTheChainHasSoFar() throws Exception {
    var before =
        new ObjectMapper()
            .readTree(
                """
                {"cniVersion":"1.0.0","interfaces":[{"name":"lo","sandbox":"/run/netns/p"}],
                 "ips":[{"interface":0,"address":"127.0.0.1/8"}],"routes":[{"dst":"10.9.0.0/16"}],
                 "dns":{"nameservers":["10.0.0.53"]}}
                """);

    assertThat(RESULT.json(CniVersion.V1_0_0, Optional.of(before)))
        .isEqualTo(
            "{\"cniVersion\":\"1.0.0\",\"interfaces\":[{\"name\":\"lo\",\"sandbox\":\"/run/netns/p\"},"
                + "{\"name\":\"cali01234567890\"},{\"name\":\"eth0\",\"mac\":\"0a:00:00:00:00:01\","
                + "\"sandbox\":\"/run/netns/p\"}],\"ips\":[{\"interface\":0,\"address\":\"127.0.0.1/8\"},"
                + "{\"interface\":2,\"address\":\"10.0.0.5/32\"},"
                + "{\"interface\":2,\"address\":\"fd00::5/128\"}],"
                + "\"routes\":[{\"dst\":\"10.9.0.0/16\"}],\"dns\":{\"nameservers\":[\"10.0.0.53\"]}}");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      textBlock =
          """
          ``                                | no address in it
          [                                 | no JSON: Unexpected end-of-input
          {}                                | no address in it
          {"ips": [{"address": "10.0.0"}]}  | an address is "10.0.0": expected one like
          {"ips": [{}]}                     | an address is : expected one like
          {"ip4": {"ip": 4}}                | an address is 4: expected one like
          """)
  void anIpamResultThatCannotBeUsed(String text, String message) {
    assertThatIllegalArgumentException()
        .isThrownBy(() -> IpamResult.read(text))
        .withMessageContaining(message);
  }

  @Test
  void errorsAreJsonWhateverTheySay() throws Exception {
    String text = "a \"quoted\" \\ thing\nwith \u0001 and \uD83D\uDE00 ü";
    var error = new CniError(11, text, text);

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
                + "\"supportedVersions\":[\"0.1.0\",\"0.2.0\",\"0.3.0\",\"0.3.1\",\"0.4.0\",\"1.0.0\",\"1.1.0\"]}");
  }
}
