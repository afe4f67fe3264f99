// SPDX-License-Identifier: Apache-2.0
package dev.brindle.node.doctor;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import dev.brindle.node.doctor.check.CredentialCheck.Credential;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/// The command's words, and its end as a process of its own.
class DoctorMainTest {

  @TempDir private Path base;

  private record Ended(int code, String output, String errors) {}

  private Ended run(Map<String, String> environment, String... words) throws Exception {
    List<String> line =
        new ArrayList<>(
            List.of(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-XX:TieredStopAtLevel=1",
                "--enable-native-access=ALL-UNNAMED",
                "--sun-misc-unsafe-memory-access=allow",
                "-cp",
                System.getProperty("java.class.path"),
                DoctorMain.class.getName()));
    line.addAll(Arrays.asList(words));
    Path errors = base.resolve("errors");
    var builder = new ProcessBuilder(line).redirectError(errors.toFile());
    builder.environment().put("BRINDLE_STATE_DIR", base.resolve("state").toString());
    builder.environment().put("BRINDLE_RUN_DIR", base.resolve("run").toString());
    builder.environment().put("BRINDLE_DATASTORE_FILE", base.resolve("db").toString());
    builder.environment().putAll(environment);
    Process process = builder.start();
    process.getOutputStream().close();
    String output = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    int code = process.waitFor();
    return new Ended(code, output, Files.readString(errors));
  }

  /// This namespace has no address but loopback's.
  @Test
  void problemsAreInTheExitCode() throws Exception {
    Ended ended = run(Map.of("NODENAME", "n1", "IP", "192.0.2.9/24"), "--root", base.toString());
    assertThat(ended.output()).contains("address-not-here: expected the Node's address");
    assertThat(ended.code()).as(ended.errors()).isEqualTo(1);
    assertThat(base.resolve("db")).as("nothing is made").doesNotExist();
    assertThat(base.resolve("state")).doesNotExist();
  }

  @Test
  void programsAreTold() throws Exception {
    Ended ended = run(Map.of("CALICO_NETWORKING_BACKEND", "none"), "-o", "json", "--root=" + base);
    assertThat(ended.output()).startsWith("[ {").contains("\"check\" : \"address\"");
    assertThat(ended.code()).as(ended.output()).isZero();
  }

  @Test
  void whatCannotBeReadIsNoLook() throws Exception {
    Ended ended = run(Map.of("IP", "nonsense"));
    assertThat(ended.code()).isEqualTo(2);
    assertThat(ended.errors()).contains("brindle doctor: IP is 'nonsense'");
    assertThat(run(Map.of(), "--nonsense").code()).isEqualTo(2);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          --node-check nowhere | --node-check nowhere: expected an IP address
          -o yaml              | -o yaml: expected table or json
          --patience 0         | --patience 0: expected milliseconds
          --root               | expected a value after --root
          now                  | is not known
          """)
  void wordsThatAreNone(String words, String message) {
    assertThatExceptionOfType(IllegalArgumentException.class)
        .isThrownBy(() -> DoctorArguments.parse(List.of(words.split(" ", -1))))
        .withMessageContaining(message);
  }

  @Test
  void wordsThatAre() {
    DoctorArguments arguments =
        DoctorArguments.parse(
            List.of(
                "--output=json", "--node-check", "192.0.2.1", "--node-check=::1", "--patience=7"));
    assertThat(arguments.isJson()).isTrue();
    assertThat(arguments.peers()).hasSize(2);
    assertThat(arguments.patience()).isEqualTo(Duration.ofMillis(7));
    assertThat(DoctorArguments.parse(List.of("--help")).isHelp()).isTrue();
  }

  @Test
  void tokensSayHowLongTheyCount() throws IOException {
    String claims = "{\"exp\":1767225600,\"sub\":\"x\"}";
    String middle =
        Base64.getUrlEncoder()
            .withoutPadding()
            .encodeToString(claims.getBytes(StandardCharsets.UTF_8));
    Path file = Files.writeString(base.resolve("token"), "e30." + middle + ".x");
    Credential token = CredentialProbe.token(file);
    assertThat(token.until()).contains(Instant.parse("2026-01-01T00:00:00Z"));
    assertThat(CredentialProbe.token(Files.writeString(file, "nonsense")).problem())
        .contains("no token");
    assertThat(CredentialProbe.certificate("X", file).problem()).isNotEmpty();
  }
}
