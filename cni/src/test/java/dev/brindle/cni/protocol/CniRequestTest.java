// SPDX-License-Identifier: Apache-2.0
package dev.brindle.cni.protocol;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import dev.brindle.api.net.IpAddress;
import java.util.HashMap;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class CniRequestTest {

  private static final Map<String, String> ADD =
      Map.of(
          "CNI_COMMAND", "ADD",
          "CNI_CONTAINERID", "3f2a",
          "CNI_NETNS", "/run/netns/pod1",
          "CNI_IFNAME", "eth0",
          "CNI_ARGS", "K8S_POD_NAME=web-1; K8S_POD_NAMESPACE=shop;IP=10.1.2.3;A=b=c;");

  @Test
  void readsAllThatIsThere() {
    CniRequest request = CniRequest.of(ADD);

    assertThat(request.command()).isEqualTo(CniCommand.ADD);
    assertThat(request.namespacePath()).isEqualTo("/run/netns/pod1");
    assertThat(request.arg("K8S_POD_NAMESPACE")).isEqualTo("shop");
    assertThat(request.arg("A")).isEqualTo("b=c");
    assertThat(request.arg("absent")).isEmpty();
    assertThat(request.addressArgument()).contains(IpAddress.parse("10.1.2.3"));
  }

  @ParameterizedTest(name = "{0}: {1}={2}")
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          # story                  | variable        | value            | message
          no command               | CNI_COMMAND     | ''               | CNI_COMMAND is missing
          unknown command          | CNI_COMMAND     | PLUG             | CNI_COMMAND is 'PLUG': expected ADD, DEL, CHECK, GC, STATUS, VERSION
          no container             | CNI_CONTAINERID | ''               | CNI_CONTAINERID is missing
          a path as container      | CNI_CONTAINERID | ../etc           | CNI_CONTAINERID is '../etc'
          no interface             | CNI_IFNAME      | ''               | CNI_IFNAME is missing
          interface too long       | CNI_IFNAME      | abcdefghijklmnop | CNI_IFNAME is 'abcdefghijklmnop'
          interface with slash     | CNI_IFNAME      | a/b              | CNI_IFNAME is 'a/b'
          interface that is a path | CNI_IFNAME      | ..               | CNI_IFNAME is '..'
          no namespace             | CNI_NETNS       | ''               | CNI_NETNS is missing
          relative namespace       | CNI_NETNS       | pod1             | CNI_NETNS is 'pod1'
          argument without value   | CNI_ARGS        | A=b;C            | CNI_ARGS is 'A=b;C': expected KEY=VALUE
          """)
  void refuses(String story, String variable, String value, String message) {
    Map<String, String> environment = new HashMap<>(ADD);
    environment.put(variable, value);

    assertThatExceptionOfType(CniException.class)
        .as(story)
        .isThrownBy(() -> CniRequest.of(environment))
        .withMessageContaining(message)
        .satisfies(e -> assertThat(e.error().code().number()).isEqualTo(4));
  }

  @Test
  void deletesWithoutNamespace() {
    Map<String, String> environment = new HashMap<>(ADD);
    environment.put("CNI_COMMAND", "DEL");
    environment.remove("CNI_NETNS");

    assertThat(CniRequest.of(environment).namespacePath()).isEmpty();
  }

  @Test
  void refusesAnAddressThatIsNone() {
    Map<String, String> environment = new HashMap<>(ADD);
    environment.put("CNI_ARGS", "IP=10.0.0");

    assertThatExceptionOfType(CniException.class)
        .isThrownBy(() -> CniRequest.of(environment).addressArgument())
        .withMessage("IP in CNI_ARGS is '10.0.0': expected an address");
  }
}
