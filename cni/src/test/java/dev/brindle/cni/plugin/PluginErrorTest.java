// SPDX-License-Identifier: Apache-2.0
package dev.brindle.cni.plugin;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.ObjectMapper;
import dev.brindle.cni.protocol.CniCommand;
import dev.brindle.cni.protocol.CniVersion;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class PluginErrorTest {

  @ParameterizedTest(name = "{0}")
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      textBlock =
          """
          # input                                 | version
          {"cniVersion": "0.4.0", "name": "a"}    | 0.4.0
          {"name":"a","cniVersion":"1.0.0"}       | 1.0.0
          {"cniVersion":                          | 1.1.0
          ``                                      | 1.1.0
          """)
  void claimsTheVersionOfTheCall(String input, String version) throws Exception {
    String text = "a \"quoted\" \\ thing\nwith \u0001 and \uD83D\uDE00 ü";

    PluginReply reply = new PluginError(11, text, "").reply(input.getBytes(StandardCharsets.UTF_8));

    var json = new ObjectMapper().readTree(reply.output());
    assertThat(reply.exitCode()).isEqualTo(1);
    assertThat(json.path("cniVersion").textValue()).isEqualTo(version);
    assertThat(json.path("code").intValue()).isEqualTo(11);
    assertThat(json.path("msg").textValue()).isEqualTo(text);
  }

  /// The plugin must not know the protocol package, so it says again what stands there.
  @Test
  void saysWhatTheProtocolSays() {
    assertThat(CniVersion.supportedJson()).endsWith(PluginMain.SUPPORTED_VERSIONS + "}");
    assertThat(PluginMain.COMMANDS)
        .containsExactlyInAnyOrderElementsOf(
            Arrays.stream(CniCommand.values()).map(CniCommand::name).toList());
  }
}
