// SPDX-License-Identifier: Apache-2.0
package dev.brindle.node.settings;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class RunArgumentsTest {

  private static RunArguments parse(String words) {
    return RunArguments.parse(words.isEmpty() ? List.of() : List.of(words.split(" ", -1)));
  }

  @ParameterizedTest
  @CsvSource({
    "--name=n1, NODENAME, n1",
    "--name n1, NODENAME, n1",
    "--as=64512, AS, 64512",
    "--ip=10.0.0.1, IP, 10.0.0.1",
    "--ip6 autodetect, IP6, autodetect",
    "--ip-autodetection-method=can-reach=192.0.2.1, IP_AUTODETECTION_METHOD, can-reach=192.0.2.1",
    "--ip6-autodetection-method=interface=eth.*, IP6_AUTODETECTION_METHOD, interface=eth.*",
    "--backend=none, CALICO_NETWORKING_BACKEND, none",
    "--no-default-ippools, NO_DEFAULT_POOLS, true",
    "--no-default-ippools=true, NO_DEFAULT_POOLS, true",
    "-l debug, FELIX_LOGSEVERITYSCREEN, Debug",
    "--log-level=warn, FELIX_LOGSEVERITYSCREEN, Warning",
    "--context=east, CALICO_K8S_CURRENT_CONTEXT, east",
  })
  void aFlagIsAVariable(String words, String name, String value) {
    assertThat(parse(words).variables()).isEqualTo(Map.of(name, value));
  }

  @Test
  void flagsCountMoreThanTheEnvironmentAndThatMoreThanTheFile() {
    Map<String, String> environment =
        Map.of("IP", "10.0.0.1", "AS", "64512", "Felix_IpInIpMtu", "1400", "HOME", "/root");
    Map<String, String> felix =
        Map.of("FELIX_IPINIPMTU", "1300", "FELIX_LOGSEVERITYSCREEN", "Info", "FELIX_VXLANMTU", "9");

    assertThat(parse("--ip=10.0.0.2 --log-level=error").over(environment, felix))
        .isEqualTo(
            Map.of(
                "IP", "10.0.0.2",
                "AS", "64512",
                "Felix_IpInIpMtu", "1400",
                "HOME", "/root",
                "FELIX_VXLANMTU", "9",
                "FELIX_LOGSEVERITYSCREEN", "Error"));
  }

  @Test
  void filesAndWhatHasNoEffect() {
    RunArguments run =
        parse(
            "-c /a/b --felix-config=/c --dryrun --init-system --node-image=calico/node:v3"
                + " --log-dir /var/log/calico --allow-version-mismatch --no-default-ippools=false");

    assertThat(run.config()).contains(Path.of("/a/b"));
    assertThat(run.felixConfig()).contains(Path.of("/c"));
    assertThat(run.isDryRun()).isTrue();
    assertThat(run.variables()).isEmpty();
    assertThat(run.remarks())
        .containsExactly(
            "--node-image=calico/node:v3 has no effect: the daemon runs in no container of its own",
            "--log-dir=/var/log/calico has no effect: the log goes to standard error");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '"',
      value = {
        "--nam=n1 | '--nam=n1' is not a flag",
        "n1 | 'n1' is not a flag",
        "--ip | --ip needs a value",
        "--ip= | --ip needs a value",
        "--dryrun=perhaps | --dryrun is 'perhaps': expected true or false",
        "-l loud | -l is 'loud': expected panic, fatal, error, warn, info or debug",
      })
  void whatIsNoFlagIsNamed(String words, String message) {
    assertThatThrownBy(() -> parse(words))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage(message);
  }

  @Test
  void theCommandIsOneForAShell() {
    assertThat(parse("").command()).isEqualTo("brindle node run");
    assertThat(
            parse("--name=n1 --ip-autodetection-method=interface=(eth|en).* --config=/a/it's")
                .command())
        .isEqualTo(
            "env 'IP_AUTODETECTION_METHOD=interface=(eth|en).*' NODENAME=n1 brindle node run"
                + " --config='/a/it'\\''s'");
  }

  @Test
  void felixHasAFileOfItsOwn() {
    assertThat(
            FelixFile.read(
                "felix.cfg",
                List.of("# of ours", "[global]", "", "; more", "IpInIpMtu = 1400", "LogFile=a=b")))
        .isEqualTo(Map.of("FELIX_IPINIPMTU", "1400", "FELIX_LOGFILE", "a=b"));
    assertThatThrownBy(() -> FelixFile.read("felix.cfg", List.of("[global]", "IpInIpMtu 1400")))
        .hasMessage("felix.cfg:2: 'IpInIpMtu 1400' is no setting: expected NAME = VALUE");
  }
}
