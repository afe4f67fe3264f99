// SPDX-License-Identifier: Apache-2.0
package dev.brindle.cni.server;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.brindle.cni.server.PluginClient.Ended;
import dev.brindle.linux.libc.JnrLibc;
import dev.brindle.linux.libc.NetworkNamespace;
import java.io.IOException;
import java.net.NetworkInterface;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/// The plugin in C by the name of loopback, in a network that has just been made.
class LoopbackTest {

  @TempDir private Path base;

  @SuppressWarnings("NullAway.Init") // before each test
  private Process holder;

  @BeforeEach
  void make() throws IOException {
    assumeTrue(JnrLibc.get().effectiveUser() == 0, "needs root of a namespace");
    PluginClient.C_SANITIZED.needed();
    Files.copy(Path.of(PluginClient.C_SANITIZED.command().getFirst()), base.resolve("loopback"));
    holder = new ProcessBuilder("unshare", "--net", "sh", "-c", "echo; cat").start();
    holder.inputReader().readLine();
  }

  @AfterEach
  void end() {
    if (holder != null) {
      holder.destroy();
    }
  }

  private Path network() {
    return Path.of("/proc/%d/ns/net".formatted(holder.pid()));
  }

  private Ended call(String command, String config) throws Exception {
    var builder =
        new ProcessBuilder(List.of(base.resolve("loopback").toString()))
            .redirectError(ProcessBuilder.Redirect.INHERIT);
    builder
        .environment()
        .putAll(
            Map.of(
                "CNI_COMMAND", command,
                "CNI_CONTAINERID", "c1",
                "CNI_IFNAME", "lo",
                "CNI_NETNS", network().toString(),
                "BRINDLE_CNI_DIR", "/nonexistent"));
    return PluginClient.ended(PluginClient.start(builder, config));
  }

  private boolean isUp() {
    try (var namespace = NetworkNamespace.open(JnrLibc.get(), network())) {
      return namespace.call(() -> NetworkInterface.getByName("lo").isUp());
    }
  }

  @ParameterizedTest
  @CsvSource({"0.2.0, ip4", "0.3.1, version", "1.0.0, interfaces", "1.1.0, interfaces"})
  void addTurnsItUp(String version, String part) throws Exception {
    assertThat(isUp()).isFalse();

    Ended ended =
        call("ADD", "{\"cniVersion\": \"%s\", \"name\": \"cni-loopback\"}".formatted(version));

    assertThat(ended.exitCode()).as(ended.output()).isZero();
    assertThat(ended.output())
        .contains("\"cniVersion\":\"%s\"".formatted(version), "\"%s\":".formatted(part))
        .contains("127.0.0.1/8");
    assertThat(isUp()).isTrue();
    assertThat(call("CHECK", "{\"cniVersion\": \"1.0.0\"}").exitCode()).isZero();
  }

  @Test
  void whatOthersSaidBeforeIsPassedOn() throws Exception {
    String before = "{\"cniVersion\":\"1.0.0\",\"a\":\"}{\\\"\",\"b\":{\"c\":[{}]}}";

    Ended ended =
        call("ADD", "{\"cniVersion\": \"1.0.0\", \"prevResult\": %s, \"x\": {}}".formatted(before));

    assertThat(ended).isEqualTo(new Ended(0, before));
    assertThat(isUp()).isTrue();
  }

  /// As somebody may write it who knows of nothing before.
  @Test
  void nullIsNotWhatOthersSaid() throws Exception {
    Ended ended =
        call("ADD", "{\"cniVersion\": \"1.0.0\", \"prevResult\" : null, \"x\": {\"y\": 1}}");

    assertThat(ended.exitCode()).as(ended.output()).isZero();
    assertThat(ended.output()).contains("127.0.0.1/8").doesNotContain("\"y\"");
  }

  @Test
  void checkTellsThatItIsDown() throws Exception {
    Ended ended = call("CHECK", "{\"cniVersion\": \"1.0.0\"}");

    assertThat(ended.exitCode()).isOne();
    assertThat(ended.output()).contains("\"code\":100", "lo is down in");
  }

  @ParameterizedTest
  @CsvSource({"DEL", "GC", "STATUS"})
  void theRestIsNothingToDo(String command) throws Exception {
    assertThat(call(command, "{\"cniVersion\": \"1.1.0\"}")).isEqualTo(new Ended(0, ""));
  }

  @Test
  void aNetworkThatIsNoneIsNamed() throws Exception {
    holder.destroy();
    holder.waitFor();

    Ended ended = call("ADD", "{}");

    assertThat(ended.exitCode()).isOne();
    assertThat(ended.output()).contains("\"code\":5", network() + ": No such file");
  }
}
