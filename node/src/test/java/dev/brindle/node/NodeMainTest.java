// SPDX-License-Identifier: Apache-2.0
package dev.brindle.node;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// The command's words, as a process of its own.
class NodeMainTest {

  @TempDir private Path base;

  private record Ended(int code, String output, String errors) {}

  private Ended run(String... words) throws IOException, InterruptedException {
    List<String> line =
        new ArrayList<>(
            List.of(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-XX:TieredStopAtLevel=1",
                "-cp",
                System.getProperty("java.class.path"),
                NodeMain.class.getName()));
    line.addAll(Arrays.asList(words));
    Path errors = base.resolve("errors");
    var builder = new ProcessBuilder(line).redirectError(errors.toFile());
    builder.environment().put("BRINDLE_STATE_DIR", base.resolve("state").toString());
    Process process = builder.start();
    process.getOutputStream().close();
    String output = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    int code = process.waitFor();
    return new Ended(code, output, Files.readString(errors));
  }

  private String config(String spec) throws IOException {
    String text =
        "apiVersion: projectcalico.org/v3\nkind: CalicoAPIConfig\nspec: %s\n".formatted(spec);
    return Files.writeString(base.resolve("calicoctl.cfg"), text).toString();
  }

  @Test
  void aDryRunSaysTheCommandAndTouchesNothing() throws Exception {
    String config = config("{datastoreType: etcdv3, etcdEndpoints: 'http://127.0.0.1:1'}");

    Ended ended =
        run("run", "--dryrun", "--name=n1", "--ip=10.0.0.1", "--node-image=x", "-c", config);

    assertThat(ended)
        .isEqualTo(
            new Ended(
                0,
                "Use the following command to start the node:\n\n"
                    + "env IP=10.0.0.1 NODENAME=n1 brindle node run --config=%s\n\n"
                        .formatted(config),
                "--node-image=x has no effect: the daemon runs in no container of its own\n"));
    assertThat(base.resolve("state")).doesNotExist();
  }

  @Test
  void aDryRunRefusesWhatTheDaemonWould() throws Exception {
    Ended address = run("run", "--dryrun", "--name=n1", "--ip=fd00::1");
    assertThat(address.code()).isEqualTo(1);
    assertThat(address.errors()).contains("IP is 'fd00::1': expected an IPv4 address");

    Ended store = run("run", "--dryrun", "--name=n1", "-c", config("{datastoreType: consul}"));
    assertThat(store.code()).isEqualTo(1);
    assertThat(store.errors()).contains("datastoreType (DATASTORE_TYPE) is 'consul'");

    Ended missing = run("run", "--dryrun", "--name=n1", "--config=/nowhere");
    assertThat(missing.code()).isEqualTo(1);
    assertThat(missing.errors()).contains("Error reading config file: /nowhere");

    Ended felix = run("run", "--dryrun", "--name=n1", "--felix-config=/nowhere");
    assertThat(felix.code()).isEqualTo(1);
    assertThat(felix.errors()).contains("--felix-config: /nowhere cannot be read");

    Ended word = run("run", "now");
    assertThat(word.code()).isEqualTo(1);
    assertThat(word.errors()).contains("'now' is not a flag", "Usage: brindle node run");
    assertThat(run("walk").code()).isEqualTo(1);
  }
}
